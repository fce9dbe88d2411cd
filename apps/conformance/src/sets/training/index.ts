import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ConformanceSet } from "../../conformance-set.ts";
import { parseJson } from "../../format/json.ts";
import { checkTraining } from "./check-training.ts";
import type { TrainingCase } from "./training-case.ts";

/** Set B: compiled models and how Keras trains them. */
export const trainingSet: ConformanceSet = {
  async cases(folder) {
    const entries = await readdir(folder, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    return names.toSorted().map((name) => ({
      name,
      run: async () => {
        const path = join(folder, name);
        return checkTraining(path, parseJson(await readFile(join(path, "train.json"), "utf8")) as TrainingCase);
      },
    }));
  },
};
