/**
 * Builds a native addon with the C++ compiler of the machine: no node-gyp, no CMake, no Node headers, no network.
 *
 *   CXX                      the compiler (default: the first of c++, g++, clang++ that runs)
 *   CXXFLAGS                 extra flags; with `-g` the addon keeps its symbols
 *   NEURITE_REQUIRE_NATIVE=1 fail when there is no compiler or the build fails (otherwise: say so and exit 0)
 *
 * Translation units named `isa_<set>.cpp` are compiled for that instruction set; everything else for the oldest CPU of the
 * architecture. The set is picked when the addon is loaded, so a build runs on any machine of the architecture.
 *
 * Each object remembers a hash of its command and of every file it includes, so a second build compiles only what changed.
 */
import { execFile, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** Helpers over Node-API that addons share. */
const ownHeaders = join(dirname(dirname(fileURLToPath(import.meta.url))), "include");

const commonFlags = [
  "-std=c++20",
  "-O3",
  "-DNDEBUG",
  "-fPIC",
  "-fno-exceptions",
  "-fno-rtti",
  "-fno-strict-aliasing",
  "-fno-math-errno",
  "-fno-trapping-math",
  "-ffp-contract=fast",
  "-fvisibility=hidden",
  "-fvisibility-inlines-hidden",
  "-Wall",
  "-Wextra",
  "-Wno-unused-parameter",
  "-Wno-psabi",
  ...(process.env.CXXFLAGS ?? "").split(/\s+/).filter(Boolean),
];

function findCompiler() {
  for (const name of process.env.CXX ? [process.env.CXX] : ["c++", "g++", "clang++"]) {
    const [command, ...extra] = name.split(/\s+/);
    const result = spawnSync(command, [...extra, "--version"], { encoding: "utf8" });
    if (result.status === 0) return { command, extra, version: result.stdout.split("\n")[0] };
  }
  return null;
}

/** Programs of their own, beside the sources. */
const excluded = new Set(["bench", "test"]);

function listSources(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) =>
      entry.isDirectory() ? (excluded.has(entry.name) ? [] : listSources(join(folder, entry.name))) : [join(folder, entry.name)],
    )
    .filter((file) => file.endsWith(".cpp"))
    .sort();
}

function baseName(file) {
  return file.slice(file.lastIndexOf("/") + 1, -".cpp".length);
}

const fileHashes = new Map();
function hashFile(file) {
  let hash = fileHashes.get(file);
  if (hash === undefined) {
    hash = existsSync(file) ? createHash("sha256").update(readFileSync(file)).digest("hex") : "missing";
    fileHashes.set(file, hash);
  }
  return hash;
}

/** Files named by a make rule that the compiler wrote. */
function readDependencies(file) {
  const text = readFileSync(file, "utf8").replaceAll("\\\n", " ");
  return text
    .slice(text.indexOf(":") + 1)
    .trim()
    .split(/\s+/);
}

function hashUnit(command, dependencies) {
  const hash = createHash("sha256").update(JSON.stringify(command));
  for (const file of dependencies) hash.update(file).update(hashFile(file));
  return hash.digest("hex");
}

function run(command, args) {
  return new Promise((resolve) => {
    execFile(command, args, { maxBuffer: 1 << 26 }, (error, stdout, stderr) => resolve({ ok: error === null, output: stdout + stderr }));
  });
}

const keepsSymbols = commonFlags.some((flag) => flag.startsWith("-g"));
const linkFlags =
  process.platform === "darwin"
    ? ["-bundle", "-undefined", "dynamic_lookup"]
    : ["-shared", "-Wl,--gc-sections", "-Wl,-z,relro,-z,now", ...(keepsSymbols ? [] : ["-s"])];

/** `folder`, seen from `root`, receives the addons in `Release` and the objects in `obj`. */
export async function buildAddon({ name, title, root, variants, unitFlags = {}, libraries = [], folder = "build" }) {
  const sources = join(root, "src", "native");
  const release = join(root, folder, "Release");
  const objects = join(root, folder, "obj");

  /** Without the addon the package still installs: it says why it cannot be used when somebody tries. */
  const giveUp = (reason) => {
    console.log(`${name}: ${title} not built: ${reason}`);
    process.exit(process.env.NEURITE_REQUIRE_NATIVE === "1" ? 1 : 0);
  };

  const compiler = findCompiler();
  if (compiler === null) giveUp("no C++ compiler found (install g++ or clang++, or set CXX, then run this package's install script again)");
  if (process.platform === "win32") giveUp("Windows is not supported yet");

  const headers = createRequire(import.meta.url)("node-api-headers").include_dir;
  mkdirSync(objects, { recursive: true });
  mkdirSync(release, { recursive: true });

  const compile = (source) => [
    compiler.command,
    ...compiler.extra,
    ...commonFlags,
    ...(unitFlags[baseName(source)] ?? []),
    "-I",
    sources,
    "-I",
    ownHeaders,
    "-isystem",
    headers,
  ];

  const units = listSources(sources)
    .filter((source) => !baseName(source).startsWith("isa_") || Object.hasOwn(unitFlags, baseName(source)))
    .map((source) => {
      const unit = relative(sources, source).replaceAll(/[\\/]/g, "_").slice(0, -".cpp".length);
      const object = join(objects, `${unit}.o`);
      return { source, name: unit, object, dependencies: join(objects, `${unit}.d`), stamp: join(objects, `${unit}.hash`) };
    });

  const isFresh = (unit) => {
    if (![unit.object, unit.dependencies, unit.stamp].every(existsSync)) return false;
    return readFileSync(unit.stamp, "utf8") === hashUnit(compile(unit.source), readDependencies(unit.dependencies));
  };

  const stale = units.filter((unit) => !isFresh(unit));
  const queue = [...stale].sort((a, b) => statSync(b.source).size - statSync(a.source).size);
  let failed = null;

  const worker = async () => {
    for (let unit = queue.shift(); unit !== undefined && failed === null; unit = queue.shift()) {
      const command = compile(unit.source);
      rmSync(unit.stamp, { force: true });
      const args = [...command.slice(1), "-MMD", "-MF", unit.dependencies, "-c", unit.source, "-o", unit.object];
      const result = await run(command[0], args);
      if (result.output.trim() !== "") console.error(result.output.trimEnd());
      if (!result.ok) failed = unit;
      else writeFileSync(unit.stamp, hashUnit(command, readDependencies(unit.dependencies)));
    }
  };

  const started = Date.now();
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, worker));
  if (failed !== null) giveUp(`${relative(root, failed.source)} does not compile with ${compiler.version}`);

  for (const { output, without } of variants) {
    const target = join(release, output);
    const parts = units.filter((unit) => unit.name !== without).map((unit) => unit.object);
    const command = [compiler.command, ...compiler.extra, ...linkFlags, ...parts, "-pthread", ...libraries];
    const stamp = join(objects, `${output}.hash`);
    const hash = hashUnit(command, parts);
    if (existsSync(target) && existsSync(stamp) && readFileSync(stamp, "utf8") === hash) continue;
    // Written aside and renamed: a process that has the old file loaded keeps it.
    const result = await run(command[0], [...command.slice(1), "-o", `${target}.new`]);
    if (!result.ok) {
      console.error(result.output.trimEnd());
      giveUp(`linking with ${compiler.version} failed`);
    }
    renameSync(`${target}.new`, target);
    writeFileSync(stamp, hash);
  }
  if (stale.length > 0) {
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    console.log(`${name}: built with ${compiler.version}: ${stale.length} of ${units.length} files in ${seconds} s`);
  }
}
