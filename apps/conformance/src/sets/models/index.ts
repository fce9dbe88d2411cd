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
    return Promise.all(
      names.toSorted().map(async (name) => {
        const path = join(folder, name);
        const meta = parseJson(await readFile(join(path, "meta.json"), "utf8")) as ModelMeta;
        return { name, backend: meta.backend, run: () => checkModel(path, meta) };
      }),
    );
  },
};
