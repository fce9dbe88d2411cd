/**
 * Times neurite beside its rivals in turns and prints a table of ratios, neurite's number over the rival's, with what they must reach.
 *
 *     pnpm bench:compare [W1 W2 …] [--turns N] [--threads N] [--rivals torch,jax-scan] [--rows step]
 *         [--patience 300] [--json FILE] [--page FILE]
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
import { writeJson, writePage } from "./compare/report.ts";
import { resultTable, summary } from "./compare/table.ts";
import { own, type RowResult } from "./compare/targets.ts";
import { takeTurns } from "./compare/turns.ts";
import { someDigits } from "./data.ts";
import { describeMachine, fmaPeak, thisMachine } from "./machine.ts";
import { chosenWorks } from "./works/index.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    turns: { type: "string", default: "7" },
    threads: { type: "string", default: "2" },
    rivals: { type: "string" },
    rows: { type: "string" },
    patience: { type: "string", default: "300" },
    json: { type: "string" },
    page: { type: "string" },
  },
});
const [threads, turns] = [Number(values.threads), Number(values.turns)];
const works = chosenWorks(positionals);
const wanted = values.rivals?.split(",");
const wantedRows = values.rows?.split(",");
const unknown = wanted?.find((name) => !rivals.some((rival) => rival.name === name));
if (unknown !== undefined)
  throw new Error(
    `[bench] there is no rival ${JSON.stringify(unknown)}. Hint: there are ${[...new Set(rivals.map(({ name }) => name))].join(", ")}`,
  );

const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
const serve = fileURLToPath(new URL(`serve.${extension}`, import.meta.url));

function contestants(work: string, rows: Parameters<typeof here>[1], data: string): Contestant[] {
  const ours =
    work === "W9" ? here(own, rows) : served(own, [process.execPath, ...process.execArgv, serve, work, "--threads", String(threads)]);
  const list = [ours];
  const why = new Map<string, string[]>();
  for (const rival of rivals) {
    if (!rival.works.includes(work) || wanted?.includes(rival.name) === false) continue;
    const entered = enter(rival, work, { threads, data, patience: Number(values.patience) });
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
  for (const [work, { title, rows }] of works) {
    console.error(`${work}: ${title}`);
    const list = contestants(work, rows, data);
    try {
      for (const [row, { unit, once }] of Object.entries(rows)) {
        if (wantedRows?.includes(row) === false) continue;
        const { numbers, others } = await takeTurns(list, {
          row,
          turns: once === true ? 1 : turns,
          onSkip: (name, reason) => console.error(`${work} ${row}: without ${name}: ${reason}`),
        });
        const peak = Number(fmaPeak(threads).toPrecision(4));
        results.push({ work, row, unit, numbers, peak, others });
        if (!numbers.has(own)) process.exitCode = 1;
        const taken = others === null ? "" : `, other processes took ${(others * 100).toFixed(0)}% of the machine`;
        console.error(`${work} ${row}: ${numbers.size} took part; peak of fused multiply-adds now ${peak} GFLOP/s${taken}`);
      }
    } finally {
      for (const contestant of list) contestant.close();
    }
    // After each work: what comes later may take long, or be broken off.
    const report = { machine, turns, results };
    if (values.json !== undefined) await writeJson(values.json, report);
    if (values.page !== undefined) await writePage(values.page, report);
    if (works.length > 1) console.error(`${resultTable(results.filter((result) => result.work === work))}\n`);
  }
} finally {
  await rm(data, { recursive: true });
}
console.log(`${resultTable(results)}\n\n${summary(results)}`);
