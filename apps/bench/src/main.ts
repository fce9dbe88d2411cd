/**
 * Times the works that neurite is measured by, without rivals.
 *
 *     pnpm bench [W0 W1 …] [--json] [--threads N] [--turns N] [--backend cpu|cuda]
 */
import { parseArgs } from "node:util";
import { cpu, isAvailable, measurePeak } from "@neurite/backend-cpu";
import { cuda } from "@neurite/backend-cuda";
import { getDefaultDevice, setDefaultDevice } from "neurite";
import { reporter, type Result } from "./measure.ts";
import { perSecond } from "./work.ts";
import { chosenWorks } from "./works/index.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    threads: { type: "string" },
    turns: { type: "string", default: "7" },
    backend: { type: "string", default: "cpu" },
  },
});
const options = values.threads === undefined ? {} : { threads: Number(values.threads) };
const native = values.backend === "cpu" && isAvailable();
if (native) setDefaultDevice(cpu(options));
if (values.backend === "cuda") {
  setDefaultDevice(await cuda());
  if (!values.json) console.log(getDefaultDevice().description);
}

function print(result: Result): void {
  if (values.json) return console.log(JSON.stringify(result));
  const share = typeof result["of_peak"] === "number" ? `  ${(result["of_peak"] * 100).toFixed(0)}% of peak` : "";
  console.log(
    `${result.work.padEnd(3)}  ${result.metric.padEnd(24)} ${String(result.value).padStart(10)} ${result.unit.padEnd(3)}  (${result.min} … ${result.max}, n ${result.n})${share}`,
  );
}

const emit = reporter(print, options);
for (const [name, work] of chosenWorks(positionals)) {
  if (!values.json) console.log(`${name}: ${work.title}`);
  for (const [metric, row] of Object.entries(work.rows)) {
    const turn = await row.prepare();
    const numbers: number[] = [];
    for (let i = 0; i < (row.once === true ? 1 : Number(values.turns)); i++) numbers.push(await turn());
    if (row.flops === undefined || !native) emit(name, metric, numbers, row.unit);
    else {
      // Operations a second beside those of the fastest there are, measured just now.
      const [rate, peak] = [(row.flops * perSecond[row.unit]) / Math.min(...numbers) / 1e9, measurePeak(options)];
      const short = (value: number): number => Number(value.toPrecision(3));
      emit(name, metric, numbers, row.unit, { gflops: short(rate), fma_peak: short(peak), of_peak: short(rate / peak) });
    }
  }
}
