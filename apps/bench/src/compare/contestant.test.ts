import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { coldRows } from "../works/cold-start.ts";
import { type Contestant, here, served, type ServedOptions } from "./contestant.ts";

const script = fileURLToPath(new URL("testing/rival.mjs", import.meta.url));
const started: Contestant[] = [];
const start = (command: readonly string[], options: ServedOptions = {}): Contestant => {
  const contestant = served("rival", command, options);
  started.push(contestant);
  return contestant;
};
afterEach(() => started.splice(0).forEach((contestant) => contestant.close()));

test("a process answers what it is asked, whatever else it prints", async () => {
  const rival = start([process.execPath, script]);
  expect(await rival.prepare("works")).toBe("ready");
  expect(await rival.turn("works")).toBe(2.5);
  expect(await rival.prepare("unknown")).toBe("absent");
  expect(await rival.prepare("fails")).toEqual({ failed: "it does not like it" });
  await expect(rival.turn("fails")).rejects.toThrow("[bench] rival gave no number for fails: it does not like it");
});

test("a process starts when it is first asked for a row", async () => {
  const folder = await mkdtemp(join(tmpdir(), "neurite-bench-"));
  const trace = join(folder, "started");
  const program = `require("node:fs").writeFileSync(${JSON.stringify(trace)}, ""); console.log('{"absent": true}')`;
  const rival = start([process.execPath, "-e", program]);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(existsSync(trace)).toBe(false);
  expect(await rival.prepare("works")).toBe("absent");
  expect(existsSync(trace)).toBe(true);
  await rm(folder, { recursive: true });
});

test("a process that ends is said to have ended, with its last words", async () => {
  const rival = start([process.execPath, script]);
  expect(await rival.prepare("dies")).toEqual({ failed: "it ended: out of luck" });
});

test("who takes too long is ended", async () => {
  const rival = start([process.execPath, "-e", "setInterval(() => {}, 1000)"], { patience: 0.2 });
  expect(await rival.prepare("works")).toEqual({ failed: "it took longer than 0.2 s" });
});

test("a program that is not there does not end the comparison", async () => {
  const rival = start(["/no/such/python", "x.py"]);
  expect(await rival.prepare("works")).toEqual({ failed: expect.stringContaining("ENOENT") as string });
});

test("a cold start gives seconds and the memory that the process printed", async () => {
  const cold = here("cold", coldRows([process.execPath, "-e", "console.log('hello'); console.log(12.5)"]));
  expect(await cold.prepare("peak memory")).toBe("ready");
  expect(await cold.turn("peak memory")).toBe(12.5);
  expect(await cold.prepare("import and first step")).toBe("ready");
  expect(await cold.turn("import and first step")).toBeGreaterThan(0.005);
  expect(await cold.prepare("inference")).toBe("absent");
});

test("a cold start that fails says why", async () => {
  const cold = here("cold", coldRows([process.execPath, "-e", "console.error('no framework'); process.exit(3)"]));
  expect(await cold.prepare("peak memory")).toEqual({ failed: "no framework" });
  const silent = here("cold", coldRows([process.execPath, "-e", "console.log('done')"]));
  expect(await silent.prepare("peak memory")).toEqual({ failed: expect.stringContaining('printed "done\\n"') as string });
});
