import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ConformanceSet } from "../../conformance-set.ts";
import { parseJson } from "../../format/json.ts";
import { checkModel, type ModelMeta } from "./check-model.ts";

/** Set A: saved models, their weights and what they give for inputs. */
export const modelsSet: ConformanceSet = {
  async cases(folder) {
    const entries = await readdir(folder, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    return names.toSorted().map((name) => ({
      name,
      run: async () => {
        const path = join(folder, name);
        return checkModel(path, parseJson(await readFile(join(path, "meta.json"), "utf8")) as ModelMeta);
      },
    }));
  },
};
