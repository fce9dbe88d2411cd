import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { bundleForBrowsers } from "./bundle.mjs";

const folder = mkdtempSync(join(tmpdir(), "neurite-bundle-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function program(name, code) {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(path, code);
  return path;
}

test.each([
  ["a module of Node", 'import { readFileSync } from "node:fs"; console.log(readFileSync);', "node:fs"],
  ["a package that is not there", 'import it from "neurite-is-not-there"; console.log(it);', "neurite-is-not-there"],
])("a program that needs %s is no program for browsers", async (name, code, missing) => {
  await expect(bundleForBrowsers(program(name.replaceAll(" ", "-"), code))).rejects.toThrow(`a browser cannot load ${missing}`);
});

test("what only Node reaches, by an import inside a function, may stay", async () => {
  const path = program("later", 'globalThis.later = () => import("node:fs");');
  const [entry, ...others] = await bundleForBrowsers(path);
  expect(entry.code).toContain("node:fs");
  expect(others).toEqual([]);
});
