import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Graph, Value } from "@neurite/core";
import { build as b } from "@neurite/core";
import { describe, expect, test } from "vitest";
import { compileGraph } from "../../compile.ts";
import { aval, float32, programGraph } from "../../testing/graphs.ts";
import { adam, attention, batchNorm, cnnStep, convBlock, mlpStep, sgd } from "../../testing/models.ts";
import { randomProgram } from "../../testing/random-graph.ts";
import { renderCuda } from "./render.ts";

/** CUDA's offline compiler: needs no GPU. */
const nvcc = spawnSync("nvcc", ["--version"]).status === 0;

/** Elementwise arithmetic in every dtype, each cast to the next. */
function everyDType(): Graph {
  const dtypes = ["int8", "uint8", "int32", "uint32", "int64", "float16", "bfloat16", "float32", "float64", "bool"] as const;
  return programGraph({
    inputs: dtypes.map((dtype) => aval(dtype, 7)),
    build(inputs) {
      const outputs = dtypes.flatMap((dtype, i) => {
        const x = inputs[i] as Value;
        const next = b.cast(x, dtypes[(i + 1) % dtypes.length] as "int32");
        if (dtype === "bool") return [b.reduce("max", x, [0]), next];
        return [b.div(b.maximum(x, x), x), b.sum(x, [0]), b.eq(x, x), next];
      });
      return { outputs };
    },
  });
}

const programs: Readonly<Record<string, () => Graph>> = {
  "the book's classifier with Adam": () => mlpStep([784, 300, 100, 10], 32, adam, 2),
  "a classifier with gradient descent": () => mlpStep([20, 30, 10], 8, sgd, 0),
  "a convolutional network": () => cnnStep(8),
  "convolution, bias, relu and pooling": convBlock,
  attention,
  "batch normalization": batchNorm,
  "every dtype": everyDType,
  ...Object.fromEntries([1, 2, 3, 4].map((seed) => [`random program ${seed}`, () => randomProgram(seed, 60).graph])),
};

describe.runIf(nvcc)("nvcc compiles every kernel of", () => {
  test.each(Object.keys(programs))(
    "%s",
    (name) => {
      const folder = mkdtempSync(join(tmpdir(), "neurite-nvcc-"));
      try {
        const { source, launches } = renderCuda(compileGraph((programs[name] as () => Graph)(), { lowering: new Set(["half", "byte"]) }));
        expect(launches.length).toBeGreaterThan(0);
        const file = join(folder, "kernels.cu");
        writeFileSync(file, source);
        execFileSync("nvcc", ["-std=c++17", "-arch=sm_90", "-cubin", "-o", join(folder, "kernels.cubin"), file], { stdio: "pipe" });
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    60_000,
  );
});

test("kernels that write state stop after a complaint; those that do not need no status", () => {
  const graph = programGraph({
    inputs: [float32(4)],
    states: [float32(4)],
    build: ([x], [state]) => ({ outputs: [b.exp(x as Value)], updates: { 0: b.add(state as Value, x as Value) } }),
  });
  const plan = compileGraph(graph);
  const { launches, source } = renderCuda(plan);
  for (const { name, kernel, arguments: list } of launches) {
    const body = source.slice(source.indexOf(` ${name}(`)).split('extern "C"')[0] as string;
    const text = JSON.stringify(plan.kernels[kernel]);
    const writes = text.includes("stores") && list.some((a) => a.kind === "status");
    expect(body.includes("stopped")).toBe(writes);
  }
  expect(launches.some((launch) => launch.arguments.some(({ kind }) => kind === "status"))).toBe(true);
});
