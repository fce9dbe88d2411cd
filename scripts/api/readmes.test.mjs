import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listPackages, root } from "../lib/workspace.mjs";
import { projectNode } from "../lib/run.mjs";

/** Their programs need devices, model files or test runners that a test has not. */
const elsewhere = ["backend-cuda", "backend-webgpu", "keras-format", "native-build", "testkit"];

test("the programs in the READMEs and the book's page run, and print what they say", () => {
  const readmes = listPackages()
    .filter(({ isApp, path }) => !isApp && !elsewhere.some((name) => path.endsWith(`/${name}`)))
    .map(({ path }) => join(path, "README.md"))
    .filter((path) => existsSync(path));
  // First, while no other program has chosen a slower device than the umbrella does.
  readmes.unshift(join(root, "README.md"));
  readmes.push(join(root, "docs/book.md"));
  const args = ["--no-warnings", "--conditions=source", join(root, "scripts/api/readmes.mjs"), ...readmes];
  const { wrong, ran } = JSON.parse(execFileSync(projectNode(), args, { encoding: "utf8" }).trimEnd().split("\n").at(-1));
  expect(wrong).toEqual([]);
  expect(ran).toBeGreaterThan(17);
}, 120_000);
