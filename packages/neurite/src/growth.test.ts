import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

type Counts = Readonly<Record<string, number>>;

async function countBlocks(...depths: readonly number[]): Promise<Counts[]> {
  const program = fileURLToPath(new URL("testing/block-counts.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ["--conditions=source", program, ...depths.map(String)], {
    maxBuffer: 2 ** 26,
  });
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Counts);
}

const total = (counts: Counts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

test("building, tracing and compiling a deep model with Adam is work that grows with its depth, and no faster", async () => {
  const [short = {}, long = {}] = await countBlocks(20, 100);
  expect(Object.keys(short).length).toBeGreaterThan(1000);
  expect(total(long) / total(short)).toBeLessThan(5.2);
  // Block by block, too: what is little now may be most of the work of a model ten times as deep.
  const faster = Object.entries(long).filter(([block, count]) => block in short && count > 7 * (short[block] as number) + 200);
  expect(faster).toEqual([]);
}, 60_000);
