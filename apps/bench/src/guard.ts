/**
 * Holds the speed of kernels, steps and predictions to what was recorded for this kind of machine, as ratios to its peak of fused multiply-adds
 * measured beside them. Ends with 1 when something is slower than recorded, with 0 on machines that are not known.
 *
 *     pnpm bench:guard [W0 W1 …] [--record] [--tolerance 0.3] [--threads 2]
 */
import { parseArgs } from "node:util";
import { cpu } from "@neurite/backend-cpu";
import { setDefaultDevice } from "neurite";
import { markdown } from "./compare/table.ts";
import { judgePatiently, type Judged, tolerance } from "./guard/judge.ts";
import { guarded, prepare } from "./guard/measure.ts";
import { readRecords, recordFile, writeRecord } from "./guard/records.ts";
import { describeMachine, processor, thisMachine } from "./machine.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    record: { type: "boolean", default: false },
    tolerance: { type: "string", default: String(tolerance) },
    threads: { type: "string", default: "2" },
  },
});
const threads = Number(values.threads);
const device = cpu({ threads });
setDefaultDevice(device);
// Machines of one processor, instruction set and number of threads are taken to be alike.
const key = `${processor()}: ${device.description}`;
const known = (await readRecords())[key];
console.log(describeMachine(thisMachine(threads)));
if (known === undefined && !values.record) {
  console.log(`There is no record of "${key}": --record adds one to ${recordFile}`);
  process.exit(0);
}

const judged: (Judged & { readonly operations: number | null })[] = [];
for (const [work, row] of guarded) {
  if (positionals.length > 0 && !positionals.includes(work)) continue;
  const measured = await prepare(work, row, threads);
  // A record is made as patiently as it is compared with: nothing is good enough at first.
  const result = await judgePatiently(measured, values.record ? 0 : known?.[measured.name], Number(values.tolerance));
  judged.push({ ...result, operations: measured.operations });
  console.error(`${result.name}: ${values.record ? "measured" : result.verdict}`);
}

const rows = judged.map(({ name, cost, operations, recorded, ratio, verdict }) => [
  name,
  cost.toPrecision(3),
  operations === null ? "" : `${((operations / cost) * 100).toFixed(0)}%`,
  ...(values.record ? ["", "", "recorded"] : [recorded?.toPrecision(3) ?? "", ratio?.toFixed(2) ?? "", verdict]),
]);
console.log(`\n${markdown(["", "cost, Mflop at peak", "share of peak", "recorded", "ratio", "verdict"], rows)}\n`);
if (values.record) {
  await writeRecord(key, Object.fromEntries(judged.map(({ name, cost }) => [name, cost])));
  console.log(`recorded as "${key}" in ${recordFile}`);
} else {
  const worse = judged.filter(({ verdict }) => verdict === "worse");
  const better = judged.filter(({ verdict }) => verdict === "better");
  if (better.length > 0) console.log(`better than recorded, worth a new record: ${better.map(({ name }) => name).join(", ")}`);
  console.log(worse.length === 0 ? "nothing is slower than recorded" : `slower than recorded: ${worse.map(({ name }) => name).join(", ")}`);
  process.exitCode = worse.length === 0 ? 0 : 1;
}
