import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Graph, Value } from "@neurite/core";
import { build as b } from "@neurite/core";
import { describe, expect, test } from "vitest";
import { compileGraph } from "../compile.ts";
import type { Plan } from "../plan/plan.ts";
import { stepsOf } from "../plan/steps.ts";
import { writesOf } from "../plan/views.ts";
import { aval, float32, programGraph } from "../testing/graphs.ts";
import { adam, attention, batchNorm, cnnStep, convBlock, mlpStep, sgd } from "../testing/models.ts";
import { randomProgram } from "../testing/random-graph.ts";
import { cudaFor } from "./cuda.ts";
import { cudaSource } from "./cuda-source.ts";
import { type RenderedKernel, stepRenderer } from "./render.ts";

/** CUDA's offline compiler: needs no GPU. */
const nvcc = spawnSync("nvcc", ["--version"]).status === 0;

const render = (plan: Plan): RenderedKernel[] => stepsOf(plan).map(stepRenderer(plan, (kernel) => cudaFor(kernel, plan)));

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

/** Every factorization, by a thread each and by a block. */
function factorizations(): Graph {
  return programGraph({
    inputs: [float32(3, 2, 2), float32(20, 20), float32(20, 9), float32(9, 20), aval("float64", 8, 8)],
    build: (inputs) => {
      const [small, square, tall, wide, double] = inputs as [Value, Value, Value, Value, Value];
      const outputs = [small, square, double].flatMap((x) => [
        b.cholesky(x),
        ...b.lu(x),
        ...b.eigh(x),
        b.triangularSolve(x, x, { lower: true, transpose: true, unitDiagonal: false }),
      ]);
      const factors = [tall, wide, small, double].flatMap((x) => [false, true].flatMap((full) => [...b.qr(x, full), ...b.svd(x, full)]));
      return { outputs: [...outputs, ...factors] };
    },
  });
}

/** Complex numbers: moved, added and multiplied by kernels; their functions and transforms on their parts. */
function complexNumbers(): Graph {
  return programGraph({
    inputs: [aval("complex64", 6, 10), aval("complex64", 10, 6), aval("int32", 6)],
    build: ([x, y, i]) => {
      const [z, w, at] = [x, y, i] as [Value, Value, Value];
      const moved = [b.concat([z, b.transpose(w, [1, 0])], 0), b.gather(w, at, 1), b.scatter("mul", z, at, z, 0), b.cast(at, "complex64")];
      const summed = [b.dot(z, w), b.reduce("prod", z, [1]), b.cumulative("sum", z, 1), b.fft(z, 1), b.fft(w, 0, true)];
      return {
        outputs: [...moved, ...summed, b.exp(z), b.log(z), b.unary("sqrt", z), b.tanh(z), b.abs(z), b.eq(z, z), b.binary("pow", z, z)],
      };
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
  "every factorization": factorizations,
  "complex numbers": complexNumbers,
  ...Object.fromEntries([1, 2, 3, 4].map((seed) => [`random program ${seed}`, () => randomProgram(seed, 60).graph])),
};

describe.runIf(nvcc)("nvcc compiles every kernel of", () => {
  test.each(Object.keys(programs))(
    "%s",
    (name) => {
      const folder = mkdtempSync(join(tmpdir(), "neurite-nvcc-"));
      try {
        const plan = compileGraph((programs[name] as () => Graph)(), { lowering: new Set(["half", "byte", "complex"]) });
        const { source, names } = cudaSource(render(plan));
        expect(names.length).toBeGreaterThan(0);
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
  const plan = compileGraph(graph, { passes: { fusion: false } });
  const kernels = render(plan);
  expect(kernels.map(({ status }) => status).sort()).toEqual([false, true]);
  kernels.forEach(({ source, status }, i) => {
    const changesState = writesOf(plan.kernels[i] as Plan["kernels"][number]).some(
      ({ buffer }) => plan.buffers[buffer]?.location.kind === "state",
    );
    expect(status).toBe(changesState);
    expect(source.includes("if (status[0] != NR_NO_SITE) return;")).toBe(changesState);
  });
});

test("kernels that differ in their arrays alone are one function", () => {
  const graph = programGraph({
    inputs: [float32(6, 5), float32(5, 5), float32(5, 5)],
    build: ([x, v, w]) => ({ outputs: [b.dot(b.dot(b.dot(x as Value, v as Value), w as Value), v as Value)] }),
  });
  const { source, names } = cudaSource(render(compileGraph(graph)));
  expect(names).toEqual(["k0", "k0", "k0"]);
  expect(source.match(/__global__/g)).toHaveLength(1);
});

test("elements are counted in 64 bits where 32 are not enough", () => {
  const plan = (size: number): Plan =>
    compileGraph(programGraph({ inputs: [float32(size)], build: ([x]) => ({ outputs: [b.exp(x as Value)] }) }));
  expect(render(plan(2 ** 20))[0]?.source).toContain("const int thread");
  expect(render(plan(2 ** 32))[0]?.source).toContain("const long long thread");
});
