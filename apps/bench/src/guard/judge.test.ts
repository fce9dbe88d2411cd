import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { works } from "../works/index.ts";
import { judge, judgePatiently } from "./judge.ts";
import { cost, guarded } from "./measure.ts";
import { readRecords, writeRecord } from "./records.ts";

test("a cost is what the machine could have done at its peak meanwhile", () => {
  // 2 ms at 200 GFLOP/s are 400 million operations, and so are 4 ms at half the clock.
  expect(cost(2e-3, 200)).toBeCloseTo(400, 10);
  expect(cost(4e-3, 100)).toBeCloseTo(400, 10);
});

test("costs are held to the recorded one within a tolerance, up and down alike", () => {
  expect(judge("a", 129, 100, 0.3)).toMatchObject({ ratio: 1.29, verdict: "as recorded" });
  expect(judge("a", 131, 100, 0.3).verdict).toBe("worse");
  expect(judge("a", 78, 100, 0.3).verdict).toBe("as recorded");
  expect(judge("a", 76, 100, 0.3).verdict).toBe("better");
  expect(judge("a", 100, undefined)).toEqual({ name: "a", cost: 100, recorded: null, ratio: null, verdict: "new" });
});

test("what is worse is measured again, and only what stays worse is said to be", async () => {
  const costs = (list: number[]): { name: string; again: () => Promise<number>; list: number[] } => ({
    name: "a",
    list,
    again: async () => list.shift() as number,
  });
  const busy = costs([300, 200, 110, 0]);
  expect((await judgePatiently(busy, 100)).verdict).toBe("as recorded");
  expect(busy.list).toEqual([0]);
  expect((await judgePatiently(costs([300, 200, 190, 150]), 100)).verdict).toBe("worse");
  const fine = costs([100, 0]);
  await judgePatiently(fine, 100);
  expect(fine.list).toEqual([0]);
});

test("a record is added beside others and replaces what was measured anew", async () => {
  const folder = await mkdtemp(join(tmpdir(), "neurite-guard-"));
  const file = join(folder, "records.json");
  try {
    await writeFile(file, '{ "other": { "W1 step": 5 }, "mine": { "W1 step": 7, "W2 step": 8 } }');
    await writeRecord("mine", { "W1 step": 1.23456 }, file);
    expect(await readRecords(file)).toEqual({ other: { "W1 step": 5 }, mine: { "W1 step": 1.235, "W2 step": 8 } });
    expect(await readFile(file, "utf8")).toMatch(/\}\n$/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("what is guarded and what is recorded are rows that there are", async () => {
  for (const [work, row] of guarded) expect(Object.keys(works[work]?.rows ?? {}), work).toContain(row);
  const names = guarded.map(([work, row]) => `${work} ${row}`);
  for (const [key, costs] of Object.entries(await readRecords()))
    for (const [name, value] of Object.entries(costs)) {
      expect(names, key).toContain(name);
      expect(value, `${key}, ${name}`).toBeGreaterThan(0);
    }
});
