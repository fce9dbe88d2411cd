import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { candidatePaths } from "./search.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "neurite-search-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function place(...parts: string[]): string {
  const path = join(folder, ...parts);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, "");
  return path;
}

test("an explicit path is the only one, then that of the environment variable", () => {
  const env = { NEURITE_NVRTC: "/from/variable.so" };
  expect(candidatePaths("nvrtc", "/given.so", env)).toEqual(["/given.so"]);
  expect(candidatePaths("nvrtc", undefined, env)).toEqual(["/from/variable.so"]);
});

test("the driver is looked for by the loader alone", () => {
  expect(candidatePaths("cuda", undefined, { CUDA_HOME: folder })).toEqual(["libcuda.so.1", "libcuda.so"]);
});

test("libraries are looked for by the loader, then in the toolkit, then in Python wheels", () => {
  const toolkit = place("toolkit", "lib64", "libnvrtc.so.12");
  const wheel = place("venv", "lib", "python3.11", "site-packages", "nvidia", "cu13", "lib", "libnvrtc.so.13");
  place("venv", "lib", "python3.11", "site-packages", "nvidia", "cu13", "lib", "libother.so");
  const found = candidatePaths("nvrtc", undefined, { CUDA_HOME: join(folder, "toolkit"), VIRTUAL_ENV: join(folder, "venv") });
  expect(found.slice(0, 2)).toEqual(["libnvrtc.so.13", "libnvrtc.so.12"]);
  expect(found.filter((path) => path.startsWith(folder))).toEqual([toolkit, wheel]);
});
