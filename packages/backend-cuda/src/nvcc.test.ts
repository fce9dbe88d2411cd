/** Every kernel that the conformance suite has rendered, through NVIDIA's offline compiler, where it is there: it needs no GPU. */
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { reference } from "@neurite/backend-reference";
import { compileGraph, cudaSource, type RenderedKernel } from "@neurite/compiler";
import type { Backend, Executable, Graph } from "@neurite/core";
import { runBackendSuite } from "@neurite/testkit";
import { describe, expect, test } from "vitest";
import { capabilities, lowering } from "./capabilities.ts";
import { launchesOf } from "./encode/launches.ts";

const nvcc = spawnSync("nvcc", ["--version"]).status === 0;
/** Kernels in one file: calls of the compiler take longer than kernels. */
const perFile = 500;
const { unsupported } = capabilities;

/** The reference backend; what it is given to compile, `see` is shown. */
function seenBy(see: (graph: Graph) => void): Backend {
  const inner = reference();
  const compile = (graph: Graph): Executable => {
    see(graph);
    return inner.compile(graph);
  };
  const get = (target: Backend, key: string | symbol): unknown => {
    if (key === "compile") return compile;
    if (key === "capabilities") return { ...inner.capabilities, unsupported };
    const value = Reflect.get(target, key) as unknown;
    return typeof value === "function" ? (value as (...args: unknown[]) => unknown).bind(target) : value;
  };
  return new Proxy(inner, { get });
}

describe.runIf(nvcc)("nvcc", () => {
  test("compiles every kernel of the conformance suite", { timeout: 600_000 }, async () => {
    const kernels = new Map<string, RenderedKernel>();
    let control = 0;
    const see = (graph: Graph): void => {
      if (graph.nodes.some(({ op }) => unsupported.has(op))) return;
      const launches = launchesOf(compileGraph(graph, { composites: capabilities.composites, unsupported, lowering }), false);
      for (const launch of launches) {
        if (launch.kind === "kernel") kernels.set(launch.rendered.source, launch.rendered);
        else control++;
      }
    };
    const parts = ["primitives", "gradients", "programs", "contract"] as const;
    await runBackendSuite(() => seenBy(see), { parts, sizes: [5, 65], programs: 40 });
    expect(kernels.size).toBeGreaterThan(5000);
    expect(control).toBeGreaterThan(100);

    const folder = mkdtempSync(join(tmpdir(), "neurite-nvcc-"));
    try {
      const all = [...kernels.values()];
      for (let first = 0; first < all.length; first += perFile) {
        const file = join(folder, `${first}.cu`);
        writeFileSync(file, cudaSource(all.slice(first, first + perFile)).source);
        // To PTX, as NVRTC does; without optimization, which refuses nothing.
        await promisify(execFile)("nvcc", ["-std=c++17", "-arch=sm_90", "-ptx", "-Xcicc", "-O0", "-o", `${file}.ptx`, file]);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
