/**
 * How time and memory of training grow with batch, width and depth: a table, a picture, and what must hold of it.
 *
 *     pnpm bench:growth [batch width depth] [--threads 2] [--svg FILE] [--json FILE] [--page FILE]
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { markdown } from "./compare/table.ts";
import { check } from "./growth/checks.ts";
import { measurePair, type Pair } from "./growth/measure.ts";
import { plotGrowth } from "./growth/plot.ts";
import { axes, type Axis, parameters, sizesAlong } from "./growth/sizes.ts";
import { describeMachine, thisMachine } from "./machine.ts";
import { provenance, writeSections } from "./page.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    threads: { type: "string", default: "2" },
    svg: { type: "string", default: "output/growth.svg" },
    json: { type: "string" },
    page: { type: "string" },
  },
});
const threads = Number(values.threads);
const chosen = axes.filter((axis) => positionals.length === 0 || positionals.includes(axis));

const machine = describeMachine(thisMachine(threads));
console.log(`${machine}\n`);
// The first model of a process also waits for the machine code of its compiler.
await measurePair({ batch: 2, width: 8, depth: 20 }, threads);
const growth = new Map<Axis, readonly Pair[]>();
for (const axis of chosen) {
  const pairs: Pair[] = [];
  for (const size of sizesAlong(axis)) {
    pairs.push(await measurePair(size, threads));
    console.error(`${axis} ${size[axis]}`);
  }
  growth.set(axis, pairs);
}

const number = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
const rows = [...growth].flatMap(([axis, pairs]) =>
  pairs.map(({ several, one, ratio }) => [
    `${axis} ${several.size[axis]}`,
    parameters(several.size).toLocaleString("en"),
    ...[several.step, one.step].map(number),
    ratio.toFixed(2),
    ...[several.compile, several.arena, several.state].map(number),
  ]),
);
const head = ["", "parameters", "step, ms", "1 thread, ms", "ratio", "trace and compile, ms", "arena, MiB", "weights and optimizer, MiB"];
const table = markdown(head, rows);
const findings = [...growth].flatMap(([axis, pairs]) =>
  check(axis, pairs).map(({ holds, text }) => `- ${holds ? "yes" : "**no**"}: ${text}`),
);
console.log(`${table}\n\n${findings.join("\n")}`);
await mkdir(dirname(values.svg), { recursive: true });
await writeFile(values.svg, plotGrowth(growth));
console.log(`\nplotted in ${values.svg}`);
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify([...growth], null, 1)}\n`);
if (values.page !== undefined) await writeSections(values.page, { growth: `${provenance(machine)}\n\n${table}\n\n${findings.join("\n")}` });
