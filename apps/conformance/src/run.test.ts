import { reference } from "@neurite/backend-reference";
import { setDefaultDevice } from "@neurite/core";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { runConformance, type Counts } from "./run.ts";
import type { SetName } from "./sets/index.ts";

const fixtures = fileURLToPath(new URL("../fixtures", import.meta.url));

beforeAll(() => setDefaultDevice(reference()));

async function run(folder: string, sets: readonly SetName[], filter?: string): Promise<Counts & { lines: string[] }> {
  const lines: string[] = [];
  const counts = await runConformance({ folder: `${fixtures}/${folder}`, sets, filter, print: (line) => lines.push(line) });
  return { ...counts, lines };
}

test("what agrees with Keras passes in silence, and what is not built is skipped by name", async () => {
  expect(await run("right", ["A", "B", "C", "D", "E"])).toEqual({
    passed: 16,
    failed: 0,
    skipped: 2,
    lines: ["skipped A of_text: TextVectorization is not built", "skipped D not_in_keras/01: ops.notInKeras is not built"],
  });
});

test("a wrong value, gradient or dtype fails with its numbers", async () => {
  const { passed, failed, lines } = await run("wrong", ["D"]);
  expect([passed, failed]).toEqual([1, 3]);
  expect(lines).toEqual([
    "FAILED D multiply/wrong-value",
    "  value: error 0.5 in 1 of 3 elements, most at [1]: 6.932301 where 7.432301 was expected (rtol 0.0001, atol 0.00001)",
    "FAILED D multiply/wrong-gradient",
    "  gradient of args.1: error 0.5044095 in 1 of 3 elements, most at [2]: 0.2522047 where -0.2522047 was expected (rtol 0.0001, atol 0.00001)",
    "FAILED D multiply/wrong-dtype",
    "  value: dtype float32 where int32 was expected",
  ]);
  // The index marks this one.
  const marked = "FAILED C regularizers/l2 (Keras itself gives something else on PyTorch)";
  expect(await run("wrong", ["C"])).toMatchObject({
    passed: 0,
    failed: 1,
    lines: [marked, expect.stringContaining("penalty: error 0.013")],
  });
});

test("a wrong output of a model, and a wrong loss of a step, fail with their numbers", async () => {
  const models = await run("wrong", ["A"]);
  expect(models).toMatchObject({ passed: 0, failed: 1 });
  expect(models.lines[1]).toMatch(/^ {2}model\.keras: output 0: error 0\.5 in 6 of 6 elements/);
  expect(models.lines[2]).toMatch(/^ {2}model\.weights\.h5: output 0: error 0\.5/);
  const { failed, lines } = await run("wrong", ["B"]);
  expect(failed).toBe(1);
  expect(lines[0]).toBe("FAILED B shifted_loss");
  expect(lines[1]).toMatch(/^ {2}step 0 \(reset\): loss: 1\.6142\d* where 1\.8642\d* was expected$/);
});

test("a filter picks cases by set and name", async () => {
  expect(await run("wrong", ["C", "D"], "wrong-value")).toMatchObject({ passed: 0, failed: 1, skipped: 0 });
  expect(await run("right", ["C", "D"], "C ")).toMatchObject({ passed: 3, failed: 0, skipped: 0 });
});

function command(...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const main = fileURLToPath(new URL("main.ts", import.meta.url));
  // TypeScript runs unbuilt in the workspace's own Node, where there is one.
  const pinned = fileURLToPath(new URL("../../../node_modules/.bin/node", import.meta.url));
  const node = existsSync(pinned) ? pinned : process.execPath;
  return spawnSync(node, ["--conditions=source", main, ...args], { encoding: "utf8", env: { ...process.env, INIT_CWD: fixtures } });
}

test("the command ends with the counts, and its exit code is that of the result", () => {
  const wrong = command("wrong", "--set", "c", "--set", "D", "--backend", "reference");
  expect(wrong.stdout.split("\n").slice(-2)).toEqual(["1 passed, 4 failed, 0 skipped", ""]);
  expect(wrong.status).toBe(1);
  const right = command("right", "--filter", "add/", "--backend", "reference");
  expect(right.stdout).toBe("on reference (TypeScript, each result rounded to its dtype)\n2 passed, 0 failed, 0 skipped\n");
  expect(right.status).toBe(0);
});

test.each([
  [[], "one folder must be given"],
  [["nowhere"], "there is no folder"],
  [["right", "--set", "Q"], "there is no set Q: the sets are A, B, C, D, E"],
  [["right", "--backend", "tpu"], "there is no backend tpu: the backends are cpu, reference"],
  [["right", "--fast"], "--fast"],
])("a wrong call %j is refused with exit code 2", (args, message) => {
  const { status, stdout, stderr } = command(...args);
  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(message);
  expect(stderr).toContain("usage: pnpm conformance <folder>");
});
