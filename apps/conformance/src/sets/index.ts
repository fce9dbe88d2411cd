import { readdir } from "node:fs/promises";
import { type ConformanceSet, NotBuilt } from "../conformance-set.ts";

export type SetName = "A" | "B" | "C" | "D" | "E";

/** The sets, each loaded when it is asked for. A new one is a line here and a folder beside. */
export const sets: Readonly<Record<SetName, () => Promise<ConformanceSet>>> = {
  A: async () => (await import("./models/index.ts")).modelsSet,
  B: async () => (await import("./training/index.ts")).trainingSet,
  C: async () => (await import("./values/index.ts")).valuesSet,
  D: async () => (await import("./ops/index.ts")).opsSet,
  E: () => Promise.resolve(notBuilt("file formats")),
};

/** A set of one folder a case that nothing can run yet: every case is listed. */
function notBuilt(what: string): ConformanceSet {
  return {
    cases: async (folder) =>
      (await readdir(folder, { withFileTypes: true }))
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => ({ name, run: () => Promise.reject(new NotBuilt(`${what} are not built`)) })),
  };
}
