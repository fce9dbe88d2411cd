/**
 * Times neurite beside its rivals in turns and prints a table of ratios, neurite's number over the rival's, with what they must reach.
 *
 *     pnpm bench:compare [W1 W2 …] [--turns N] [--threads N] [--rivals jax,torch] [--rows step] [--json FILE] [--page FILE]
 *
 * A page has its sections "W1" … replaced by the tables of those works.
 *
 * NEURITE_PYTHON names a Python that has the rivals, NEURITE_NODE_RIVALS a folder with node_modules of those that run in Node.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Contestant, here, served } from "./compare/contestant.ts";
import { enter, rivals } from "./compare/rivals.ts";
import { resultTable, summary } from "./compare/table.ts";
import { judge, own, type RowResult } from "./compare/targets.ts";
import { takeTurns } from "./compare/turns.ts";
import { someDigits } from "./data.ts";
import { describeMachine, fmaPeak, thisMachine } from "./machine.ts";
import { provenance, writeSections } from "./page.ts";
import { chosenWorks } from "./works/index.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    turns: { type: "string", default: "7" },
    threads: { type: "string", default: "2" },
    rivals: { type: "string" },
    rows: { type: "string" },
    json: { type: "string" },
    page: { type: "string" },
  },
});
const threads = Number(values.threads);
const wanted = values.rivals?.split(",");
const wantedRows = values.rows?.split(",");

const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
const serve = fileURLToPath(new URL(`serve.${extension}`, import.meta.url));

function contestants(work: string, rows: Parameters<typeof here>[1], data: string): Contestant[] {
  const ours =
    work === "W9" ? here(own, rows) : served(own, [process.execPath, ...process.execArgv, serve, work, "--threads", String(threads)]);
  const list = [ours];
  const why = new Map<string, string[]>();
  for (const rival of rivals) {
    if (!rival.works.includes(work) || wanted?.includes(rival.name) === false) continue;
    const entered = enter(rival, work, { threads, data });
    if (typeof entered !== "string") list.push(entered);
    else why.set(entered, [...(why.get(entered) ?? []), rival.name]);
  }
  for (const [reason, names] of why) console.error(`${work}: without ${names.join(", ")}: ${reason}`);
  return list;
}

const machine = thisMachine(threads);
console.log(`${describeMachine(machine)}\n`);
const data = await mkdtemp(join(tmpdir(), "neurite-bench-"));
const results: (RowResult & { readonly peak: number })[] = [];
try {
  const { x, y } = await someDigits(10_000);
  await Promise.all([writeFile(join(data, "digits.f32"), x), writeFile(join(data, "labels.i32"), y)]);
  for (const [work, { title, rows }] of chosenWorks(positionals)) {
    console.error(`${work}: ${title}`);
    const list = contestants(work, rows, data);
    try {
      for (const [row, { unit, once }] of Object.entries(rows)) {
        if (wantedRows?.includes(row) === false) continue;
        const { numbers, others } = await takeTurns(list, {
          row,
          turns: once === true ? 1 : Number(values.turns),
          onSkip: (name, reason) => console.error(`${work} ${row}: without ${name}: ${reason}`),
        });
        const peak = Number(fmaPeak(threads).toPrecision(4));
        results.push({ work, row, unit, numbers, peak, others });
        const taken = others === null ? "" : `, other processes took ${(others * 100).toFixed(0)}% of the machine`;
        console.error(`${work} ${row}: ${numbers.size} took part; peak of fused multiply-adds now ${peak} GFLOP/s${taken}`);
      }
    } finally {
      for (const contestant of list) contestant.close();
    }
  }
} finally {
  await rm(data, { recursive: true });
}
console.log(`${resultTable(results)}\n\n${summary(results)}`);
if (values.page !== undefined) {
  const sectionOf = (work: string): string => {
    const own = results.filter((result) => result.work === work);
    const others = Math.max(...own.map((result) => result.others ?? 0));
    const noise = `; at most ${(others * 100).toFixed(0)}% of the machine was taken by other processes, ${values.turns} turns`;
    return `${provenance(describeMachine(machine) + noise)}\n\n${resultTable(own)}`;
  };
  await writeSections(
    values.page,
    Object.fromEntries([...new Set(results.map(({ work }) => work))].map((work) => [work, sectionOf(work)])),
  );
}
if (values.json !== undefined) {
  const lines = results.map((result) => ({
    ...result,
    numbers: Object.fromEntries(result.numbers),
    verdicts: judge(result).map(({ rival, ratio, verdict, target: { atMost, stretch } }) => ({ rival, ratio, verdict, atMost, stretch })),
  }));
  await writeFile(
    values.json,
    `${JSON.stringify({ date: new Date().toISOString(), machine, turns: Number(values.turns), results: lines }, null, 1)}\n`,
  );
}
