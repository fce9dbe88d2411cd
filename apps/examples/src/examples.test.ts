import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

/** What the last line of each example must say: a number on the right side of what guessing, or a simple rule, would give. */
const expected: Record<string, (result: number) => boolean> = {
  "wide-and-deep": (dollars) => dollars < 90_000, // 109,000 for the mean value
  "transfer-learning": (accuracy) => accuracy > 50,
  "self-normalizing": (accuracy) => accuracy > 50,
  "mc-dropout": (accuracy) => accuracy > 60,
  "autoencoder-pretraining": (accuracy) => accuracy > 40,
  "save-and-load": (accuracy) => accuracy > 70,
  "residual-network": (accuracy) => accuracy > 20,
  "lstm-series": (error) => error < 0.35, // 0.38 for the last year
  transformer: (accuracy) => accuracy > 55,
};

test.each(Object.keys(expected))("%s runs quickly, and ends with a result that was learned", { timeout: 60_000 }, async (name) => {
  const file = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ["--conditions=source", file, "--quick"]);
  const last = stdout.trim().split("\n").at(-1) ?? "";
  const result = /^test (?:error|accuracy)[^:]*: ([\d.,]+)/u.exec(last)?.[1];
  expect(result, `a result in the last line: ${last}`).toBeDefined();
  expect(expected[name]?.(Number(result?.replaceAll(",", ""))), last).toBe(true);
});
