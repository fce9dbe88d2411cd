import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type ConformanceCase, type ConformanceSet, NotBuilt } from "../../conformance-set.ts";
import { parseJson } from "../../format/json.ts";
import { checkActivation } from "./activations.ts";
import { checkConstraint } from "./constraints.ts";
import { checkInitializer } from "./initializers.ts";
import { checkLoss } from "./losses.ts";
import { checkMetric } from "./metrics.ts";
import { checkRegularizer } from "./regularizers.ts";
import { checkSchedule } from "./schedules.ts";
import { checkUtility } from "./utils.ts";

/** What checks the files of each folder. */
const checks: Readonly<Record<string, (json: never) => Promise<readonly string[]>>> = {
  activations: checkActivation,
  constraints: checkConstraint,
  initializers: checkInitializer,
  losses: checkLoss,
  metrics: checkMetric,
  regularizers: checkRegularizer,
  schedules: checkSchedule,
  utils: checkUtility,
};

/** Set C: tables of values, in one folder a kind of thing and one file a case. */
export const valuesSet: ConformanceSet = {
  async cases(folder) {
    const kinds = (await readdir(folder)).filter((kind) => existsSync(join(folder, kind, "."))).sort();
    const cases: ConformanceCase[] = [];
    for (const kind of kinds) {
      const files = (await readdir(join(folder, kind))).filter((file) => file.endsWith(".json")).sort();
      for (const file of files) {
        cases.push({ name: `${kind}/${file.slice(0, -".json".length)}`, run: () => run(kind, join(folder, kind, file)) });
      }
    }
    return cases;
  },
};

async function run(kind: string, path: string): Promise<readonly string[]> {
  const check = checks[kind];
  if (check === undefined) throw new NotBuilt(`nothing checks ${kind} yet`);
  return check(parseJson(await readFile(path, "utf8")) as never);
}
