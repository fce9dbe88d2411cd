// pnpm sanitize [address|undefined|thread ...]: the native engine of the CPU backend under the compiler's sanitizers; without names,
// under all of them. Each builds into a folder of its own, packages/backend-cpu/build/sanitize-<name>. Linux and g++ or clang++ (CXX).
//
// address, undefined: the kernels' self-test, then the addon in Node on part of the conformance suite.
// thread: plans that the compiler made, run by several engines at once without Node, which is not built for it.

import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { run, projectNode } from "./lib/run.mjs";
import { buildNative, main } from "./lib/setup.mjs";
import { root } from "./lib/workspace.mjs";

const names = ["address", "undefined", "thread"];
const backend = join(root, "packages", "backend-cpu");
const native = join(backend, "src", "native");
const [compiler, ...compilerArguments] = (process.env.CXX ?? "g++").split(/\s+/);
const optimization = "-O1 -g1";

/**
 * g++ 12 stores whole AVX-512 registers, as to aligned memory, into the frames that address sanitizer moves to the heap for this check,
 * which are aligned to 32 bytes: a fault that no source has.
 */
const useAfterReturn = compiler.includes("clang") || compilerArguments.some((argument) => argument.includes("clang")) ? 1 : 0;

/** Stops at the first finding: what follows it is seldom to be trusted. */
const environment = {
  ...process.env,
  ASAN_OPTIONS: `halt_on_error=1:detect_stack_use_after_return=${useAfterReturn}`,
  UBSAN_OPTIONS: "halt_on_error=1:print_stacktrace=1",
  TSAN_OPTIONS: "halt_on_error=1:second_deadlock_stack=1",
};

/** Runs one program and shows what it prints. */
async function step(title, command, args, env = environment) {
  console.log(`\n${title}`);
  const { code } = await run(command, args, { show: true, env });
  if (code !== 0) throw new Error(`${title}: exit code ${code}`);
}

function flagsOf(sanitizer) {
  return [`-fsanitize=${sanitizer}`, "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"];
}

/** The sanitizer's flags belong to the compiler's name, and so to compiling and linking both. */
function buildEnvironment(sanitizer) {
  const CXX = [compiler, ...compilerArguments, ...flagsOf(sanitizer)].join(" ");
  return { ...process.env, CXX, CXXFLAGS: optimization, NEURITE_REQUIRE_NATIVE: "1" };
}

async function buildEngine(sanitizer) {
  const builder = join(backend, "scripts", "build-native.mjs");
  await step(
    `${sanitizer}: builds the engine`,
    projectNode(),
    [builder, join("build", `sanitize-${sanitizer}`)],
    buildEnvironment(sanitizer),
  );
}

async function selfTest(sanitizer, folder) {
  const script = join(native, "kernels", "bench", "build.sh");
  await step(`${sanitizer}: builds the kernels' self-test`, "sh", [script, folder], { ...buildEnvironment(sanitizer), NO_BENCH: "1" });
  await step(`${sanitizer}: the kernels' self-test`, join(folder, "test_kernels"), []);
}

/** The sanitizers' own libraries, which must come before all others where the program itself is not built with them. */
async function runtimes(sanitizer) {
  const files =
    sanitizer === "address" ? ["libasan.so", `libclang_rt.asan-x86_64.so`] : ["libubsan.so", "libclang_rt.ubsan_standalone-x86_64.so"];
  for (const file of files) {
    const { output } = await run(compiler, [...compilerArguments, `-print-file-name=${file}`]);
    if (existsSync(output.trim()) && output.trim() !== file) return output.trim();
  }
  throw new Error(`${compiler} has no shared library of its ${sanitizer} sanitizer`);
}

async function addonInNode(sanitizer) {
  await buildEngine(sanitizer);
  const driver = join(root, "scripts", "lib", "sanitize", "addon.mjs");
  const preload = {
    ...environment,
    LD_PRELOAD: await runtimes(sanitizer),
    // Node itself keeps memory until it ends.
    ASAN_OPTIONS: `${environment.ASAN_OPTIONS}:detect_leaks=0`,
  };
  const args = ["--conditions=source", driver, join(backend, "build", `sanitize-${sanitizer}`, "Release")];
  await step(`${sanitizer}: the addon in Node`, projectNode(), args, preload);
}

async function plansOnThreads(folder) {
  await buildEngine("thread");
  const plans = join(folder, "plans");
  rmSync(plans, { recursive: true, force: true });
  mkdirSync(plans, { recursive: true });
  await step("thread: writes plans", projectNode(), [
    "--conditions=source",
    join(root, "scripts", "lib", "sanitize", "write-plans.mjs"),
    plans,
  ]);
  const objects = readdirSync(join(folder, "obj"))
    .filter((file) => file.endsWith(".o") && !file.startsWith("addon_"))
    .map((file) => join(folder, "obj", file));
  const program = join(folder, "run_plans");
  const source = join(native, "test", "run_plans.cpp");
  const flags = [...flagsOf("thread"), ...optimization.split(" "), "-std=c++20", "-Wall", "-Wextra", "-pthread", "-I", native];
  await step("thread: builds the driver", compiler, [...compilerArguments, ...flags, source, ...objects, "-o", program], process.env);
  const files = readdirSync(plans)
    .sort()
    .map((file) => join(plans, file));
  await step("thread: runs the plans", program, files);
}

await main(async () => {
  const { positionals } = parseArgs({ allowPositionals: true });
  const unknown = positionals.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`there is no sanitizer "${unknown}"; there are: ${names.join(", ")}`);
  // The drivers look for an engine where it usually is.
  await buildNative();
  for (const sanitizer of positionals.length > 0 ? positionals : names) {
    const folder = join(backend, "build", `sanitize-${sanitizer}`);
    if (sanitizer === "thread") {
      await plansOnThreads(folder);
    } else {
      await selfTest(sanitizer, join(folder, "kernels"));
      await addonInNode(sanitizer);
    }
  }
  console.log("\nno findings");
  return 0;
});
