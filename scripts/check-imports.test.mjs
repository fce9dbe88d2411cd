import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { appRule, packageRules } from "./import-rules.mjs";
import { checkWorkspace } from "./lib/imports/check-workspace.mjs";
import { findImports } from "./lib/imports/find-imports.mjs";

let workspace;
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), "neurite-imports-"));
  writeSoundWorkspace();
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

function write(path, content) {
  mkdirSync(dirname(join(workspace, path)), { recursive: true });
  writeFileSync(join(workspace, path), typeof content === "string" ? content : JSON.stringify(content));
}

/** Three packages that keep every rule: core, layers and callbacks, and an app. */
function writeSoundWorkspace() {
  write("package.json", { name: "root", devDependencies: { vitest: "5.1.1" } });
  write("tsconfig.json", {
    references: ["packages/callbacks", "packages/core", "packages/layers", "apps/examples"].map((path) => ({ path })),
  });
  writePackage("packages/core", { exports: { ".": "./src/index.ts" } }, []);
  for (const name of ["layers", "callbacks"]) {
    writePackage(
      `packages/${name}`,
      { peerDependencies: { "@neurite/core": "*" }, devDependencies: { "@neurite/core": "*" }, exports: { ".": "./src/index.ts" } },
      ["../core"],
    );
  }
  writePackage("apps/examples", { dependencies: { "@neurite/layers": "*" } }, ["../../packages/layers"]);
  write("packages/core/src/index.ts", `export { x } from "./x.ts";`);
  write(
    "packages/core/src/index.test.ts",
    `import { readFileSync } from "node:fs"; import { test } from "vitest"; test("", () => void readFileSync);`,
  );
  write("packages/layers/src/index.ts", `import type { Tensor } from "@neurite/core"; export type T = Tensor;`);
  write("packages/callbacks/src/index.ts", `export async function f() { return await import("node:fs/promises"); }`);
  write("apps/examples/src/index.ts", `import "@neurite/layers"; import "node:fs";`);
}

function writePackage(folder, manifest, references) {
  write(`${folder}/package.json`, { name: `@neurite/${folder.split("/")[1]}`, ...manifest });
  write(`${folder}/tsconfig.json`, { references: references.map((path) => ({ path })) });
}

const check = (rules = { packageRules, appRule }) => checkWorkspace(workspace, rules).problems;

test("a workspace that keeps the rules has no problems", () => {
  expect(check()).toEqual([]);
});

describe("a broken rule is reported with file and line", () => {
  const broken = [
    [
      "core imports a Node module",
      "packages/core/src/x.ts",
      `\nimport "node:fs";`,
      `packages/core/src/x.ts:2 imports "node:fs": this package uses no Node modules`,
    ],
    [
      "... without the node: prefix",
      "packages/core/src/x.ts",
      `import "fs";`,
      `packages/core/src/x.ts:1 imports "fs": this package uses no Node modules`,
    ],
    [
      "... inside a function",
      "packages/core/src/x.ts",
      `export const f = () => import("node:fs");`,
      `packages/core/src/x.ts:1 imports "node:fs": this package uses no Node modules`,
    ],
    [
      "core imports layers",
      "packages/core/src/x.ts",
      `export * from "@neurite/layers";`,
      "packages/core/src/x.ts:1 imports @neurite/layers, which packages/core may not",
    ],
    [
      "... as a type",
      "packages/core/src/x.ts",
      `export type T = import("@neurite/layers").T;`,
      "packages/core/src/x.ts:1 imports @neurite/layers, which packages/core may not",
    ],
    [
      "a layer imports a sibling it may not",
      "packages/layers/src/x.ts",
      `import "@neurite/callbacks";`,
      "packages/layers/src/x.ts:1 imports @neurite/callbacks, which packages/layers may not",
    ],
    [
      "a layer reaches into a sibling's folder",
      "packages/layers/src/x.ts",
      `import "../../core/src/x.ts";`,
      `packages/layers/src/x.ts:1 imports "../../core/src/x.ts", outside its package: use the package's name`,
    ],
    [
      "an entry point that is not exported",
      "packages/layers/src/x.ts",
      `import "@neurite/core/src/x.ts";`,
      `packages/layers/src/x.ts:1 imports "@neurite/core/src/x.ts", which @neurite/core does not export`,
    ],
    [
      "a library that is not declared",
      "packages/layers/src/x.ts",
      `import "left-pad";`,
      "packages/layers/src/x.ts:1 imports left-pad, which is not among its dependencies",
    ],
    [
      "a development library outside tests",
      "packages/layers/src/x.ts",
      `import "vitest";`,
      "packages/layers/src/x.ts:1 imports vitest, which is not among its dependencies",
    ],
    [
      "a Node module at the top of a package for browsers",
      "packages/callbacks/src/x.ts",
      `import fs from "node:fs";`,
      `packages/callbacks/src/x.ts:1 imports "node:fs" statically: use await import() inside the function that needs it`,
    ],
    [
      "a workspace package that is missing",
      "packages/layers/src/x.ts",
      `import "@neurite/nothing";`,
      "packages/layers/src/x.ts:1 imports @neurite/nothing, which is not in the workspace",
    ],
  ];
  test.each(broken)("%s", (_name, path, source, problem) => {
    write(path, source);
    expect(check()).toEqual([problem]);
  });

  test("the command ends with code 1", () => {
    const command = fileURLToPath(new URL("check-imports.mjs", import.meta.url));
    expect(spawnSync(process.execPath, [command, workspace]).status).toBe(0);
    write("packages/core/src/x.ts", `import "node:fs";`);
    const { status, stdout } = spawnSync(process.execPath, [command, workspace], { encoding: "utf8" });
    expect(status).toBe(1);
    expect(stdout).toContain("1 broken import rule;");
  });
});

describe("manifests and project references", () => {
  test("core has no dependencies", () => {
    writePackage("packages/core", { dependencies: { "left-pad": "1.0.0" }, exports: { ".": "./src/index.ts" } }, []);
    expect(check()).toEqual(["packages/core/package.json:1 depends on left-pad: core has no dependencies"]);
  });

  test("what is exported from sources has a bundle for Node", () => {
    const entry = { source: "./src/index.ts", types: "./dist/index.d.ts", default: "./dist/index.js" };
    writePackage("packages/core", { exports: { ".": entry } }, []);
    expect(check()).toEqual(['packages/core/package.json:1 exports "." without "node", its bundle']);
    writePackage("packages/core", { exports: { ".": { ...entry, node: "./bundle/index.js" } } }, []);
    expect(check()).toEqual([]);
  });

  test("a forbidden edge in a manifest is a problem even if nothing imports it", () => {
    const peer = { peerDependencies: { "@neurite/core": "*" }, devDependencies: { "@neurite/core": "*" } };
    writePackage("packages/callbacks", { ...peer, dependencies: { "@neurite/layers": "*" } }, ["../core", "../layers"]);
    expect(check()).toEqual(["packages/callbacks/package.json:1 depends on @neurite/layers, which it may not import"]);
  });

  test("core as a plain dependency of a plugin is a problem", () => {
    writePackage(
      "packages/layers",
      { dependencies: { "@neurite/core": "*" }, devDependencies: { "@neurite/core": "*" }, exports: { ".": "./x" } },
      ["../core"],
    );
    expect(check()).toEqual([
      "packages/layers/package.json:1 must have @neurite/core in peerDependencies and not in dependencies, so that there is one core",
    ]);
  });

  test("a package that the root build leaves out, or that lacks a reference, is a problem", () => {
    write("tsconfig.json", { references: ["packages/core", "packages/layers", "apps/examples"].map((path) => ({ path })) });
    write("packages/layers/tsconfig.json", { references: [] });
    expect(check()).toEqual([
      "packages/layers/tsconfig.json:1 lacks a reference to packages/core",
      "tsconfig.json:1 lacks a reference to packages/callbacks",
    ]);
  });

  test("a package without a line in the table is a problem", () => {
    // Tensorboard, which imports callbacks, goes with it: a line that names a package without one is a problem of its own.
    const { callbacks: _callbacks, tensorboard: _tensorboard, ...others } = packageRules;
    const problems = check({ packageRules: { ...others, models: { imports: ["core"], node: "never" } }, appRule });
    expect(problems).toEqual(["packages/callbacks: has no line in scripts/import-rules.mjs"]);
  });
});

test("findImports sees every form of import, and none in comments and strings", () => {
  const source = `
import a from "a"; import "b"; import type { C } from "c";
export { d } from "d"; export * from "e"; export * as f from "f";
const g = await import("g"); type H = import("h").H; const i = require("i");
// import "no1"
const text = 'import "no2"';
`;
  expect(findImports("x.ts", source).map((found) => found.specifier)).toEqual(["a", "b", "c", "d", "e", "f", "g", "h", "i"]);
});
