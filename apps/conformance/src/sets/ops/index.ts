import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ConformanceCase, ConformanceSet } from "../../conformance-set.ts";
import { parseJson } from "../../format/json.ts";
import { checkOp } from "./check-op.ts";
import type { OpCase } from "./op-case.ts";

/** Set D: calls of keras.ops with their values and gradients, one a line, in one file an op. */
export const opsSet: ConformanceSet = {
  async cases(folder) {
    const files = (await readdir(folder)).filter((file) => file.endsWith(".jsonl")).sort();
    const cases: ConformanceCase[] = [];
    for (const file of files) {
      const lines = (await readFile(join(folder, file), "utf8")).split("\n").filter((line) => line.trim() !== "");
      for (const line of lines) {
        const json = parseJson(line) as OpCase;
        cases.push({ name: json.id, run: () => checkOp(json) });
      }
    }
    return cases;
  },
};
