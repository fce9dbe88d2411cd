import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { KernelCache, defaultCacheFolder } from "./kernel-cache.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "neurite-cache-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const image = (...bytes: number[]): ArrayBuffer => Uint8Array.from(bytes).buffer;

test("an image is made once for each key, by whichever cache over the folder", () => {
  const make = vi.fn<() => ArrayBuffer>(() => image(1, 2, 3));
  expect(new KernelCache(folder).get(["source", "sm_90"], make)).toEqual(image(1, 2, 3));
  expect(new KernelCache(folder).get(["source", "sm_90"], make)).toEqual(image(1, 2, 3));
  expect(make).toHaveBeenCalledTimes(1);
  new KernelCache(folder).get(["source", "sm_80"], make);
  // The parts are told apart, not only their concatenation.
  new KernelCache(folder).get(["sourcesm_", "90"], make);
  expect(make).toHaveBeenCalledTimes(3);
  expect(readdirSync(folder)).toHaveLength(3);
});

test("a damaged or cut file is made again", () => {
  const cache = new KernelCache(folder);
  cache.get(["k"], () => image(1, 2, 3));
  const path = join(folder, readdirSync(folder)[0] as string);
  const bytes = readFileSync(path);
  for (const damaged of [bytes.subarray(0, 10), Buffer.alloc(0), Buffer.concat([Buffer.of(9), bytes.subarray(1)])]) {
    writeFileSync(path, damaged);
    expect(cache.get(["k"], () => image(4))).toEqual(image(4));
    expect(cache.get(["k"], () => image(5))).toEqual(image(4));
  }
});

test("a folder that cannot be written to is no error", () => {
  const file = join(folder, "file");
  writeFileSync(file, "");
  const make = vi.fn<() => ArrayBuffer>(() => image(7));
  const cache = new KernelCache(join(file, "below"));
  expect(cache.get(["k"], make)).toEqual(image(7));
  expect(cache.get(["k"], make)).toEqual(image(7));
  expect(make).toHaveBeenCalledTimes(2);
});

test("the folder is the user's cache folder unless a variable says otherwise", () => {
  expect(defaultCacheFolder({ NEURITE_CACHE_DIR: "/x" })).toBe("/x/cuda");
  expect(defaultCacheFolder({ XDG_CACHE_HOME: "/c" })).toBe("/c/neurite/cuda");
  expect(defaultCacheFolder({})).toMatch(/\.cache\/neurite\/cuda$/);
});
