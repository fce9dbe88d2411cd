/**
 * Times the works that neurite is measured by.
 *
 *     pnpm bench W0 W1 W5 W11 W12 [--json] [--threads N] [--backend cpu|cuda]
 */
import { parseArgs } from "node:util";
import { cpu, isAvailable, measurePeak } from "@neurite/backend-cpu";
import { cuda } from "@neurite/backend-cuda";
import { getDefaultDevice, setDefaultDevice } from "neurite";
import { reporter, type Emit, type Result } from "./measure.ts";
import { gemm } from "./works/gemm.ts";
import { lstm } from "./works/lstm.ts";
import { mlp } from "./works/mlp.ts";
import { regressor } from "./works/regressor.ts";
import { transformer } from "./works/transformer.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "boolean", default: false }, threads: { type: "string" }, backend: { type: "string", default: "cpu" } },
});
const threads = values.threads === undefined ? undefined : Number(values.threads);
if (values.backend === "cuda") {
  setDefaultDevice(await cuda());
  if (!values.json) console.log(getDefaultDevice().description);
} else if (isAvailable()) setDefaultDevice(cpu(threads === undefined ? {} : { threads }));
const peak = (): number | null =>
  values.backend === "cpu" && isAvailable() ? measurePeak(threads === undefined ? {} : { threads }) : null;

const works: Readonly<Record<string, (emit: Emit) => Promise<void>>> = {
  W0: (emit) => gemm(emit, peak),
  W1: mlp,
  W5: regressor,
  W11: (emit) => lstm(emit, threads),
  W12: (emit) => transformer(emit, threads),
};
const chosen = positionals.length > 0 ? positionals : Object.keys(works);
for (const name of chosen) {
  if (!(name in works)) {
    console.error(`there is no work ${JSON.stringify(name)}: there are ${Object.keys(works).join(", ")}`);
    process.exit(2);
  }
}

function print(result: Result): void {
  if (values.json) console.log(JSON.stringify(result));
  else {
    const share = typeof result["of_peak"] === "number" ? `  ${((result["of_peak"] as number) * 100).toFixed(0)}% of peak` : "";
    console.log(
      `${result.work}  ${result.framework.padEnd(16)} ${result.metric.padEnd(24)} ${String(result.value).padStart(10)} ${result.unit}  (${result.min} … ${result.max}, n ${result.n})${share}`,
    );
  }
}

const emit = reporter(print, threads === undefined ? {} : { threads });
for (const name of chosen) await (works[name] as (emit: Emit) => Promise<void>)(emit);
