import { writeFile } from "node:fs/promises";
import { describeMachine, type Machine } from "../machine.ts";
import { provenance, writeSections } from "../page.ts";
import { resultTable } from "./table.ts";
import { judge, type RowResult } from "./targets.ts";

export interface Report {
  readonly machine: Machine;
  readonly turns: number;
  readonly results: readonly RowResult[];
}

/** Everything that was measured, with the verdicts. */
export async function writeJson(file: string, { machine, turns, results }: Report): Promise<void> {
  const lines = results.map((result) => ({
    ...result,
    numbers: Object.fromEntries(result.numbers),
    verdicts: judge(result).map(({ rival, ratio, verdict, target: { atMost, stretch } }) => ({ rival, ratio, verdict, atMost, stretch })),
  }));
  await writeFile(file, `${JSON.stringify({ date: new Date().toISOString(), machine, turns, results: lines }, null, 1)}\n`);
}

/** Replaces the sections of the works in a page by their tables. */
export async function writePage(file: string, { machine, turns, results }: Report): Promise<void> {
  const sections: Record<string, string> = {};
  for (const work of new Set(results.map((result) => result.work))) {
    const own = results.filter((result) => result.work === work);
    const others = Math.max(...own.map((result) => result.others ?? 0));
    const line = `${describeMachine(machine)}; other processes took at most ${(others * 100).toFixed(0)}% of the machine; ${turns} turns`;
    sections[work] = `${provenance(line)}\n\n${resultTable(own)}`;
  }
  await writeSections(file, sections);
}
