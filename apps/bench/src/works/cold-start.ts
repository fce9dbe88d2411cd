import { fileURLToPath } from "node:url";
import { freshProcess } from "../cold/fresh-process.ts";
import type { Row, Work } from "../work.ts";

/** Runs as the program that runs now: from the sources or as built. */
const ownFirstStep: readonly string[] = [
  process.execPath,
  ...process.execArgv,
  fileURLToPath(import.meta.resolve(import.meta.url.endsWith(".ts") ? "../cold/first-step.ts" : "../cold/first-step.js")),
];

/** A new process each turn. The first fills the caches of the file system. */
export function coldRows(command: readonly string[], environment: Readonly<Record<string, string>> = {}): Work["rows"] {
  const row = (unit: Row["unit"], of: "seconds" | "memory"): Row => ({
    unit,
    prepare: async () => {
      await freshProcess(command, environment);
      return async () => (await freshProcess(command, environment))[of];
    },
  });
  return { "import and first step": row("s", "seconds"), "peak memory": row("MiB", "memory") };
}

export const coldStart: Work = {
  title: "a process that imports the framework, makes the 784-300-100-10 classifier and trains it by one step",
  rows: coldRows(ownFirstStep),
};
