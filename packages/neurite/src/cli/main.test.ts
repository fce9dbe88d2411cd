import { readFileSync } from "node:fs";
import { afterEach, expect, test, vi } from "vitest";
import type { DoctorReport } from "./doctor/examine.ts";
import { main } from "./main.ts";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string };
const error = vi.spyOn(console, "error").mockReturnValue(undefined);
afterEach(() => error.mockClear());

async function call(...args: readonly string[]): Promise<[code: number, output: string]> {
  const lines: string[] = [];
  return [await main(args, (text) => lines.push(text)), lines.join("\n")];
}

test.each([["version"], ["--version"], ["-v"]])("neurite %s prints the version", async (arg) => {
  expect(await call(arg)).toEqual([0, version]);
});

test.each([[], ["help"], ["--help"], ["doctor", "--help"]])("neurite %s prints the commands", async (...args) => {
  const [code, output] = await call(...args);
  expect(code).toBe(0);
  expect(output).toMatch(/usage: neurite <command>[^]*doctor[^]*version[^]*help/);
});

test.each([
  [["docotr"], 'unknown command "docotr"'],
  [["doctor", "more"], 'unexpected argument "more"'],
  [["doctor", "--fast"], "--fast"],
  [["version", "--json"], "--json is an option of neurite doctor"],
])("a wrong call %j is refused on stderr with exit code 2", async (args, message) => {
  expect(await call(...args)).toEqual([2, ""]);
  expect(error.mock.calls[0]?.[0]).toContain(message);
});

test("neurite doctor --json prints what it found, and its exit code says whether there is something to mend", async () => {
  const [code, output] = await call("doctor", "--json");
  const report = JSON.parse(output) as DoctorReport;
  expect(report).toMatchObject({ neurite: version, node: process.versions.node, platform: `${process.platform} ${process.arch}` });
  expect(report.devices.map(({ name }) => name)).toEqual(["cpu", "reference", "webgpu", "cuda"]);
  expect(code).toBe(report.problems.length === 0 ? 0 : 1);
});
