// Installs packed packages with npm in an empty folder and uses them there, as a user would.

import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run, tool } from "../run.mjs";
import { readJson, root } from "../workspace.mjs";
import { packAll } from "./pack.mjs";

const programs = fileURLToPath(new URL("smoke-programs", import.meta.url));

/**
 * Five counts: all packages; core, one backend and layers alone; the types of the umbrella package without what is optional; the templates of a
 * layer and of a backend, outside the repository.
 */
export async function smokeTestPackages() {
  const packed = await packAll();
  await smoke("umbrella.mjs", packed, null);
  await smoke("minimal.mjs", packed, ["@neurite/core", "@neurite/backend-reference", "@neurite/layers"]);
  await smoke(null, packed, withDependencies(["neurite"]));
  for (const template of ["plugin-layer", "plugin-backend"]) await smokeTemplate(template, packed);
  return { passed: 5, failed: 0 };
}

/**
 * Installs the tarballs of `names` (of all packages, if null) in a temporary folder, holds their types to a strict project and runs a program
 * from `smoke-programs/` there. With `names`, an install that brings anything else fails. Without a program types are all that is looked at.
 */
async function smoke(program, packed, names) {
  const folder = mkdtempSync(join(tmpdir(), "neurite-smoke-"));
  try {
    const chosen = names === null ? packed : packed.filter((p) => names.includes(p.name));
    const dependencies = Object.fromEntries(chosen.map((p) => [p.name, `file:${p.tarball}`]));
    // npm asks its user to approve install scripts; these build the native backends.
    const native = ["@neurite/backend-cpu", "@neurite/backend-cuda"];
    const allowScripts = Object.fromEntries(chosen.map((p) => [`file:${p.tarball}`, native.includes(p.name)]));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module", dependencies, allowScripts }));
    const ignored = program === null ? ["--ignore-scripts"] : [];
    await mustPass(folder, "npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", ...ignored]);
    if (names !== null && program !== null) checkNothingElse(folder, names);
    const entries = await checkTypes(folder, Object.keys(dependencies));
    console.log(`     types of ${entries} entry points of ${chosen.length} packages`);
    if (program === null) return;
    writeFileSync(join(folder, program), readFileSync(join(programs, program)));
    const output = await mustPass(folder, "node", [program]);
    console.log(`     ${program}: ${output.trim().split("\n").at(-1)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Compiles imports of all entry points as a strict project that checks the declarations of libraries does. It needs those of the DOM, of Node or
 * of another platform that has `URL` and `AbortSignal`. Gives the number of entry points.
 */
async function checkTypes(folder, names) {
  const modules = names.flatMap((name) => {
    const { exports } = readJson(join(folder, "node_modules", name, "package.json"));
    return Object.keys(exports).flatMap((path) => (exports[path].types === undefined ? [] : [name + path.slice(1)]));
  });
  const compilerOptions = { target: "es2022", module: "nodenext", strict: true, noEmit: true, types: [], lib: ["es2022", "dom"] };
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions: { ...compilerOptions, skipLibCheck: false }, files: ["types.ts"] }),
  );
  writeFileSync(join(folder, "types.ts"), modules.map((name, i) => `export * as m${i} from ${JSON.stringify(name)};\n`).join(""));
  await mustPass(folder, tool("tsc"), ["-p", "."]);
  return modules.length;
}

/**
 * Copies a template of `apps/examples` to a temporary folder, installs the packed packages that its manifest names, compiles it and runs its
 * tests there. The tools that it names are the workspace's own; a tool of another version is an error.
 */
async function smokeTemplate(template, packed) {
  const folder = mkdtempSync(join(tmpdir(), "neurite-smoke-"));
  try {
    const isSource = (path) => !/[\\/](dist|node_modules)$/.test(path);
    cpSync(join(root, "apps/examples", template), folder, { recursive: true, filter: isSource });
    const manifest = readJson(join(folder, "package.json"));
    const tarballs = new Map(packed.map((p) => [p.name, `file:${p.tarball}`]));
    const named = { ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.devDependencies };
    const tools = Object.entries(named).filter(([name]) => !tarballs.has(name));
    // Whatever one of them needs is among the packed packages, too.
    const dependencies = Object.fromEntries(withDependencies(Object.keys(named)).map((name) => [name, tarballs.get(name)]));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ ...manifest, dependencies, peerDependencies: {}, devDependencies: {} }));
    await mustPass(folder, "npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"]);
    for (const [name, version] of tools) linkTool(folder, name, version);
    writePrograms(template, join(folder, "src"));
    await mustPass(folder, tool("tsc"), ["-p", "."]);
    const tests = readdirSync(join(folder, "dist")).filter((file) => file.endsWith(".test.js"));
    if (tests.length === 0) throw new Error(`${template} has no tests`);
    const output = await mustPass(folder, "node", ["--test", ...tests.map((file) => join("dist", file))]);
    const passed = /^(?:#|ℹ) pass (\d+)$/m.exec(output)?.[1];
    if (!(Number(passed) > 0)) throw new Error(`no test of ${template} ran:\n${output.trim()}`);
    console.log(`     ${template}: ${passed} tests passed outside the repository`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes the programs of docs/plugins.md that belong to a template as tests, which pass if they run to their end. */
function writePrograms(template, folder) {
  const page = readFileSync(join(root, "docs/plugins.md"), "utf8");
  const programs = page.split(`<!-- run: ${template} -->\n\`\`\`ts\n`).slice(1);
  if (programs.length === 0) throw new Error(`docs/plugins.md has no program for ${template}`);
  programs.forEach((text, i) => writeFileSync(join(folder, `page-${i + 1}.test.ts`), text.slice(0, text.indexOf("\n```") + 1)));
}

/** The workspace packages among `names`, with those that they cannot do without. */
function withDependencies(names, found = new Set()) {
  for (const name of names) {
    if (!/^(@neurite\/|neurite$)/.test(name) || found.has(name)) continue;
    found.add(name);
    const { dependencies, peerDependencies, peerDependenciesMeta } = readJson(
      join(root, "packages", name.replace("@neurite/", ""), "package.json"),
    );
    const peers = Object.keys(peerDependencies ?? {}).filter((peer) => peerDependenciesMeta?.[peer]?.optional !== true);
    withDependencies([...Object.keys(dependencies ?? {}), ...peers], found);
  }
  return [...found];
}

function linkTool(folder, name, version) {
  const installed = realpathSync(join(root, "node_modules", name));
  const present = readJson(join(installed, "package.json")).version;
  if (present !== version) throw new Error(`the template names ${name} ${version}, the workspace has ${present}`);
  const link = join(folder, "node_modules", name);
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(installed, link, "junction");
}

function checkNothingElse(folder, names) {
  const scope = join(folder, "node_modules/@neurite");
  const present = [
    ...readdirSync(scope).map((name) => `@neurite/${name}`),
    ...readdirSync(join(folder, "node_modules")).filter((name) => !name.startsWith(".") && name !== "@neurite"),
  ];
  const extra = present.filter((name) => !names.includes(name));
  if (extra.length > 0) throw new Error(`installing ${names.join(", ")} also installed ${extra.join(", ")}`);
}

async function mustPass(cwd, command, args) {
  const { code, output } = await run(command, args, { cwd, env: outsideEnvironment() });
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} failed in a folder with packed packages:\n${output.trim()}`);
  return output;
}

/** The environment of a shell outside the checkout: the user's own Node, and nothing that npm sets for the scripts of this project. */
function outsideEnvironment() {
  const inherited = Object.entries(process.env).filter(
    ([name]) =>
      !/^(npm_(package|lifecycle)_|npm_(command|execpath|node_execpath)$|npm_config_(local_prefix|user_agent)$|INIT_CWD$|NODE_PATH$)/i.test(
        name,
      ),
  );
  const path = process.env.PATH.split(delimiter).filter((entry) => !entry.includes("node_modules"));
  // The native backend is built once more here: quickly, as its speed is not looked at.
  return { ...Object.fromEntries(inherited), PATH: path.join(delimiter), CXXFLAGS: process.env.CXXFLAGS ?? "-O1" };
}
