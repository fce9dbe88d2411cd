// The import rules as a function over a workspace folder, so that tests can give it a broken one.

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, relative, sep } from "node:path";
import { listPackages, readJson } from "../workspace.mjs";
import { findImports } from "./find-imports.mjs";

const testFile = /\.(test|test-d)\.[cm]?[jt]s$|[\\/]testing[\\/]/;
const sourceFile = /\.[cm]?[jt]sx?$/;
const builtins = new Set(builtinModules);

/**
 * Checks every package under `packages/` and `apps/`:
 * - sources import only what the rules allow, only by exported entry points, and only what their manifest declares;
 * - tests (`x.test.ts`, `x.test-d.ts`, folders named `testing`) may also import devDependencies, their own or the workspace's;
 * - manifests depend on no workspace package that the rules forbid, plugins have core as a peer, and what has a source has a bundle;
 * - project references are exactly the workspace packages depended on, and the root tsconfig.json builds everything.
 *
 * @param {string} workspaceRoot
 * @param {{ packageRules: Record<string, { imports: readonly string[] | "*", node: "never" | "dynamic" | "always" }>, appRule: object }} rules
 * @returns {{ problems: string[], files: number, packages: number }} problems as "file:line message"
 */
export function checkWorkspace(workspaceRoot, { packageRules, appRule }) {
  const problems = checkRules(packageRules);
  const packages = listPackages(workspaceRoot);
  const byName = new Map(packages.map((p) => [p.name, p]));
  const rootManifest = readJson(join(workspaceRoot, "package.json"));
  let files = 0;
  for (const pkg of packages) {
    const shortName = pkg.folder.slice(pkg.folder.indexOf("/") + 1);
    const rule = pkg.isApp ? appRule : packageRules[shortName];
    if (rule === undefined) {
      problems.push(`${pkg.folder}: has no line in scripts/import-rules.mjs`);
      continue;
    }
    const scope = { workspaceRoot, pkg, rule, byName, rootManifest, isAllowed: (target) => mayImport(rule, target) };
    problems.push(...checkManifest(scope), ...checkReferences(scope));
    for (const file of listSources(join(pkg.path, "src"))) {
      files++;
      problems.push(...checkFile(scope, file));
    }
  }
  problems.push(...checkRootReferences(workspaceRoot, packages));
  return { problems, files, packages: packages.length };
}

function checkRules(packageRules) {
  const problems = [];
  for (const [name, { imports }] of Object.entries(packageRules)) {
    if (imports === "*") continue;
    for (const target of imports)
      if (!(target in packageRules)) problems.push(`scripts/import-rules.mjs: ${name} names ${target}, which has no line`);
  }
  return problems;
}

function mayImport(rule, target) {
  if (target.isApp) return false;
  return rule.imports === "*" || rule.imports.includes(target.folder.slice("packages/".length));
}

function checkFile({ workspaceRoot, pkg, rule, byName, rootManifest, isAllowed }, file) {
  const shown = relative(workspaceRoot, file).split(sep).join("/");
  const isTest = testFile.test(file);
  const { dependencies, peerDependencies, optionalDependencies, devDependencies } = pkg.manifest;
  const declared = {
    ...dependencies,
    ...peerDependencies,
    ...optionalDependencies,
    ...(isTest ? { ...devDependencies, ...rootManifest.devDependencies } : {}),
  };
  const problems = [];
  let imports;
  try {
    imports = findImports(file, readFileSync(file, "utf8"));
  } catch (error) {
    return [`${shown}:1 cannot be parsed: ${error.message}`];
  }
  for (const { specifier, line, isDynamic, isTypeOnly } of imports) {
    const report = (message) => problems.push(`${shown}:${line} ${message}`);
    if (specifier.startsWith(".")) {
      const target = relative(pkg.path, join(dirname(file), specifier));
      if (target.startsWith("..")) report(`imports "${specifier}", outside its package: use the package's name`);
    } else if (specifier.startsWith("node:") || builtins.has(specifier)) {
      if (isTest) continue;
      if (rule.node === "never") report(`imports "${specifier}": this package uses no Node modules`);
      else if (rule.node === "dynamic" && !isDynamic && !isTypeOnly)
        report(`imports "${specifier}" statically: use await import() inside the function that needs it`);
    } else if (specifier !== "?") {
      const name = packageName(specifier);
      const target = byName.get(name);
      if (name === pkg.name) report(`imports its own package by name: use a relative path`);
      else if (name === "neurite" && !pkg.isApp) report(`imports the umbrella package neurite`);
      else if (name.startsWith("@neurite/") && target === undefined) report(`imports ${name}, which is not in the workspace`);
      else if (target !== undefined && !isTest && !isAllowed(target)) report(`imports ${name}, which ${pkg.folder} may not`);
      else if (!(name in declared)) report(`imports ${name}, which is not among its dependencies`);
      else if (target !== undefined && !(entryPoint(specifier, name) in (target.manifest.exports ?? {})))
        report(`imports "${specifier}", which ${name} does not export`);
    }
  }
  return problems;
}

function checkManifest({ pkg, rule, byName, isAllowed }) {
  const problems = [];
  const mayImportCore = rule.imports === "*" || rule.imports.includes("core");
  const report = (message) => problems.push(`${pkg.folder}/package.json:1 ${message}`);
  const { dependencies = {}, peerDependencies = {}, optionalDependencies = {}, devDependencies = {} } = pkg.manifest;
  for (const name of Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies })) {
    const target = byName.get(name);
    if (target === undefined) {
      if (name.startsWith("@neurite/")) report(`depends on ${name}, which is not in the workspace`);
      else if (pkg.name === "@neurite/core") report(`depends on ${name}: core has no dependencies`);
    } else if (!isAllowed(target)) {
      report(`depends on ${name}, which it may not import`);
    }
  }
  for (const [path, { source, node }] of Object.entries(pkg.manifest.exports ?? {})) {
    if (source !== undefined && !node?.startsWith("./bundle/")) report(`exports "${path}" without "node", its bundle`);
  }
  const core = "@neurite/core";
  if (!pkg.isApp && pkg.name.startsWith("@neurite/") && pkg.name !== core && mayImportCore) {
    if (!(core in peerDependencies) || core in dependencies)
      report(`must have ${core} in peerDependencies and not in dependencies, so that there is one core`);
    if (!(core in devDependencies)) report(`must have ${core} in devDependencies, to build against it`);
  }
  return problems;
}

function checkReferences({ pkg, byName }) {
  const path = join(pkg.path, "tsconfig.json");
  if (!existsSync(path)) return [`${pkg.folder}: has no tsconfig.json`];
  const { dependencies, peerDependencies } = pkg.manifest;
  const wanted = Object.keys({ ...dependencies, ...peerDependencies })
    .map((name) => byName.get(name)?.folder)
    .filter((folder) => folder !== undefined);
  const present = (readJson(path).references ?? []).map((reference) => join(pkg.folder, reference.path).split(sep).join("/"));
  return compareReferences(`${pkg.folder}/tsconfig.json`, wanted, present);
}

function checkRootReferences(workspaceRoot, packages) {
  const present = (readJson(join(workspaceRoot, "tsconfig.json")).references ?? []).map((reference) => reference.path);
  return compareReferences(
    "tsconfig.json",
    packages.map((p) => p.folder),
    present,
  );
}

function compareReferences(file, wanted, present) {
  return [
    ...wanted.filter((folder) => !present.includes(folder)).map((folder) => `${file}:1 lacks a reference to ${folder}`),
    ...present
      .filter((folder) => !wanted.includes(folder))
      .map((folder) => `${file}:1 references ${folder}, which the manifest does not name`),
  ];
}

function packageName(specifier) {
  const parts = specifier.split("/");
  return specifier.startsWith("@") ? `${parts[0]}/${parts[1]}` : parts[0];
}

function entryPoint(specifier, name) {
  return specifier === name ? "." : `.${specifier.slice(name.length)}`;
}

function listSources(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && sourceFile.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}
