import type { Kernel, LinalgKernel, LinalgName, Plan, View } from "@neurite/compiler";
import { interpretPlan } from "@neurite/compiler";
import type { TypedArray } from "@neurite/core";
import { describe, expect, test } from "vitest";
import { encodePlan } from "./encode/encode-plan.ts";
import { loadNative } from "./native.ts";
import { type BufferSpec, eachBackend, makeBackend, makeBody, makePlan, randomNumbers, runPlan, view } from "./testing/plans.ts";

function matrix(op: LinalgName, m: number, n: number, inputs: readonly View[], outputs: readonly View[]): LinalgKernel {
  const flags = { lower: true, transpose: false, unitDiagonal: true, full: false };
  return { kind: "linalg", op, dtype: "float32", batch: 2, m, n, columns: op === "triangular_solve" ? 5 : 0, ...flags, inputs, outputs };
}

/** Kernels that are not interpreted. */
function iterativeKernels(): { plan: Plan; inputs: TypedArray[] } {
  const random = randomNumbers(9);
  const buffers: BufferSpec[] = [
    { dtype: "float32", size: 2 * 5 * 5, kind: "input" },
    { dtype: "complex64", size: 2 * 9 * 3, kind: "input" },
  ];
  const output = (dtype: BufferSpec["dtype"], size: number): number => buffers.push({ dtype, size, kind: "output" }) - 1;
  const x = [view(0, [25, 5, 1])];
  const square = (dtype: BufferSpec["dtype"] = "float32"): View => view(output(dtype, 50), [25, 5, 1]);
  const vector = (dtype: BufferSpec["dtype"] = "float32"): View => view(output(dtype, 10), [5, 1]);
  const kernels: Kernel[] = [
    { kind: "fft", inverse: true, outer: 2, size: 9, inner: 3, x: view(1, [27, 3, 1]), out: view(output("complex64", 54), [27, 3, 1]) },
    matrix("cholesky", 5, 5, x, [square()]),
    matrix("qr", 5, 5, x, [square(), square()]),
    matrix("svd", 5, 5, x, [square(), vector(), square()]),
    matrix("eigh", 5, 5, x, [vector(), square()]),
    matrix("eig", 5, 5, x, [vector("complex64"), square("complex64")]),
  ];
  const inputs = [50, 108].map((size) => Float32Array.from({ length: size }, () => random() * 2 - 1));
  return { plan: makePlan(buffers, kernels), inputs };
}

/** One kernel of each kind, each writing an output of its own. */
function everyKernel(): { plan: Plan; inputs: TypedArray[] } {
  const random = randomNumbers(7);
  const buffers: BufferSpec[] = [
    { dtype: "float32", size: 2 * 5 * 6, kind: "input" },
    { dtype: "float32", size: 2 * 6 * 4, kind: "input" },
    { dtype: "int32", size: 3, kind: "input" },
    { dtype: "uint32", size: 2, kind: "input" },
    { dtype: "float32", size: 60, kind: "arena" },
  ];
  const output = (dtype: BufferSpec["dtype"], size: number): number => buffers.push({ dtype, size, kind: "output" }) - 1;
  const f = (op: "add" | "exp" | "tanh" | "mul", ...args: number[]) => ({ op, dtype: "float32", args }) as const;
  const windows = {
    dtype: "float32",
    input: [10, 6],
    output: [5, 5],
    window: [2, 2],
    strides: [2, 1],
    padding: [
      [0, 0],
      [0, 0],
    ],
    dilation: [1, 1],
    x: view(0, [6, 1]),
  } as const;
  const loop = makeBody(
    buffers,
    [view(0, [6, 1]), view(0, [0, 1], 7), view(3, [0, 0])],
    [
      f("tanh", 1),
      f("add", 0, 3),
      { op: "index", dtype: "int32", base: 0, strides: [6, 1] },
      { op: "random", dtype: "uint32", operand: 2, args: [5] },
      { op: "constant", dtype: "bool", value: 1 },
      { op: "check", dtype: "float32", site: 0, args: [4, 7] },
    ],
    [
      [8, view(4, [6, 1])],
      [6, view(output("uint32", 60), [6, 1])],
    ],
  );
  const row = makeBody(
    buffers,
    [view(0, [6, 1])],
    [
      { op: "row_reduce", dtype: "float32", reduce: "max", args: [0] },
      { op: "sub", dtype: "float32", args: [0, 1] },
    ],
    [[2, view(output("float32", 60), [6, 1])]],
  );
  const kernels: Kernel[] = [
    { kind: "loop", row: false, shape: [10, 6], ...loop },
    { kind: "loop", row: true, shape: [10, 6], ...row },
    {
      kind: "reduce",
      shape: [2, 5, 6],
      reduced: [true, false, true],
      body: makeBody(buffers, [view(4, [30, 6, 1])], [], []),
      reductions: [
        { op: "sum", value: 0, dtype: "float32" },
        { op: "min", value: 0, dtype: "float32" },
      ],
      epilogue: {
        operands: [],
        instructions: [{ op: "result", dtype: "float32", index: 0 }, { op: "result", dtype: "float32", index: 1 }, f("mul", 0, 1)],
        stores: [{ value: 2, view: view(output("float32", 5), [1]) }],
      },
    },
    {
      kind: "dot",
      dtype: "float32",
      batch: [2],
      m: 5,
      n: 4,
      k: 6,
      lhs: view(0, [30, 6, 1]),
      rhs: view(1, [24, 4, 1]),
      epilogue: {
        operands: [view(1, [0, 0, 1])],
        instructions: [{ op: "result", dtype: "float32", index: 0 }, { op: "load", dtype: "float32", operand: 0 }, f("mul", 0, 1)],
        stores: [{ value: 2, view: view(output("float32", 40), [20, 4, 1]) }],
      },
    },
    {
      kind: "conv",
      dtype: "float32",
      groups: 1,
      batch: 2,
      input: [5],
      window: [3],
      output: [3],
      channels: 6,
      features: 2,
      strides: [2],
      padding: [[1, 1]],
      lhsDilation: [1],
      rhsDilation: [1],
      lhs: view(0, [60, 30, 6, 1]),
      rhs: view(1, [36, 12, 2, 1]),
      epilogue: {
        operands: [],
        instructions: [{ op: "result", dtype: "float32", index: 0 }, f("tanh", 0)],
        stores: [{ value: 1, view: view(output("float32", 12), [12, 6, 2, 1]) }],
      },
    },
    { kind: "reduce_window", op: "max", ...windows, y: null, out: view(output("float32", 25), [5, 1]) },
    { kind: "window_gather", op: "max", ...windows, y: view(4, [6, 1]), out: view(output("float32", 25), [5, 1]) },
    { kind: "window_scatter", op: "min", ...windows, y: view(1, [5, 1]), out: view(output("float32", 60), [6, 1]) },
    { kind: "argreduce", op: "max", dtype: "float32", shape: [10, 6], axis: 0, x: view(0, [6, 1]), out: view(output("int32", 6), [1]) },
    {
      kind: "gather",
      dtype: "float32",
      outer: 2,
      size: 5,
      inner: 6,
      count: 3,
      site: 0,
      x: view(0, [30, 6, 1]),
      indices: view(2, [1]),
      out: view(output("float32", 36), [18, 6, 1]),
    },
    {
      kind: "scatter",
      op: "add",
      dtype: "float32",
      outer: 1,
      size: 10,
      inner: 6,
      count: 3,
      site: 0,
      indices: view(2, [1]),
      updates: view(1, [0, 6, 1]),
      out: view(4, [0, 6, 1]),
    },
    {
      kind: "cumulative",
      op: "sum",
      dtype: "float32",
      reverse: true,
      outer: 2,
      size: 5,
      inner: 6,
      x: view(0, [30, 6, 1]),
      out: view(output("float32", 60), [30, 6, 1]),
    },
    {
      kind: "argsort",
      dtype: "float32",
      descending: false,
      outer: 10,
      size: 6,
      inner: 1,
      x: view(0, [6, 1, 1]),
      out: view(output("int32", 60), [6, 1, 1]),
    },
    matrix("triangular_solve", 5, 5, [view(0, [30, 6, 1]), view(0, [30, 6, 1])], [view(output("float32", 50), [25, 5, 1])]),
    matrix(
      "lu",
      5,
      6,
      [view(0, [30, 6, 1])],
      [view(output("float32", 60), [30, 6, 1]), view(output("int32", 10), [5, 1]), view(output("int32", 10), [5, 1])],
    ),
    { kind: "loop", row: false, shape: [60], ...makeBody(buffers, [view(4, [1])], [], [[0, view(output("float32", 60), [1])]]) },
  ];
  const plan = makePlan(buffers, kernels, { sites: [{ op: "gather", scope: "", message: "out of range" }] });
  const inputs = [
    Float32Array.from({ length: 60 }, () => random() * 2 - 1),
    Float32Array.from({ length: 48 }, () => random() * 2 - 1),
    Int32Array.of(3, 0, 3),
    Uint32Array.of(1, 2),
  ];
  return { plan, inputs };
}

describe.each(eachBackend().map((backend) => [backend.description, backend] as const))("%s", (_, backend) => {
  test("every kind of kernel does what the plan says", () => {
    const { plan, inputs } = everyKernel();
    const expected = interpretPlan(
      plan,
      inputs.map((data) => Array.from(data as Float32Array)),
      [],
      [],
    ).outputs;
    const { outputs } = runPlan(backend, plan, inputs);
    expect(outputs.length).toBe(expected.length);
    outputs.forEach((found, i) => {
      expect(found.length).toBe(expected[i].length);
      expected[i].forEach((exact, at) => expect(Math.abs((found[at] as number) - exact), `output ${i}[${at}]`).toBeLessThan(1e-5));
    });
  });
});

describe("a plan that is damaged", () => {
  const { native } = loadNative();
  const words = encodePlan(everyKernel().plan);
  const sites = ["[gather] out of range"];

  test("is refused when it is cut short, of another version, or no plan at all", () => {
    const engine = native.createEngine("baseline", 1, 0, 0, 10, "keep");
    const refused = (damaged: Int32Array, why: string) => expect(() => native.compile(engine, damaged, sites)).toThrow(why);
    for (let length = 0; length < words.length; length += 7) refused(words.slice(0, length), "not a valid plan");
    refused(
      Int32Array.from(words, (word, i) => (i === 1 ? 99 : word)),
      "its format is version 99",
    );
    refused(new Int32Array(1000), "does not begin with the mark of a plan");
    refused(Int32Array.of(...words, 0), "not a valid plan");
    native.destroyEngine(engine);
  });

  test.each(["gather", "scatter"])("is refused in the name of its %s", (kind) => {
    const engine = native.createEngine("baseline", 1, 0, 0, 10, "keep");
    const { plan } = everyKernel();
    const kernels = plan.kernels.map((kernel) => (kernel.kind === kind ? { ...kernel, size: -1 } : kernel));
    const damaged = encodePlan({ ...plan, kernels } as typeof plan);
    expect(() => native.compile(engine, damaged, sites)).toThrow(`[${kind}] a size is out of range: -1`);
    native.destroyEngine(engine);
  });

  test.each([
    ["of every interpreted kernel", everyKernel, 10_000],
    ["of the others", iterativeKernels, 6000],
  ] as const)("is refused, or runs inside its buffers: never a crash; a plan %s", (_, make, rounds) => {
    const { plan, inputs } = make();
    const words = encodePlan(plan);
    const random = randomNumbers(3);
    const entry = loadNative();
    const engine = native.createEngine(native.instructionSets().at(-1) as string, 2, 1 << 28, 1 << 26, 1e9, "auto");
    const storages = inputs.map((data) => {
      const handle = native.alloc(engine, data.byteLength);
      const id = entry.command[0];
      native.write(engine, id, data, 0);
      return { handle, id };
    });
    const nasty = [0, 1, -1, 2, 3, 4, 7, 8, 63, 64, 0x7fffffff, -0x80000000, 1 << 30, 1 << 24];
    let refused = 0;
    let ran = 0;
    for (let round = 0; round < rounds; round++) {
      const damaged = words.slice();
      for (let n = 1 + Math.floor(random() * 2); n > 0; n--) {
        const at = Math.floor(random() * words.length);
        const roll = random();
        if (roll < 0.4) damaged[at] = nasty[Math.floor(random() * nasty.length)];
        else if (roll < 0.8) damaged[at] += Math.floor(random() * 7) - 3;
        else damaged[at] ^= 1 << Math.floor(random() * 32);
      }
      try {
        const executable = native.compile(engine, damaged, [...sites, ...sites]);
        const id = entry.command[0];
        if (native.estimate(engine, id) < 1) {
          const program = native.bind(engine, id, 0);
          const programId = entry.command[0];
          entry.command.set([engine, programId, 1, inputs.length, ...storages.map((storage) => storage.id)]);
          const outputs = native.run();
          const count = entry.command[0] === 0 ? (Array.isArray(outputs) ? outputs.length : outputs === undefined ? 0 : 1) : 0;
          ran += entry.command[0] === 0 ? 1 : 0;
          for (const output of Array.from(entry.command.subarray(1, 1 + count))) native.release(engine, output);
          native.takeError(engine);
          native.release(engine, programId);
          expect(program).toBeDefined();
        }
        native.release(engine, id);
        expect(executable).toBeDefined();
      } catch (error) {
        refused++;
        expect((error as Error).message).toMatch(/not a valid plan|is not defined for|state storages/);
      }
    }
    expect(refused).toBeGreaterThan(rounds / 5);
    expect(ran).toBeGreaterThan(rounds / 20);
    native.destroyEngine(engine);
    makeBackend().dispose();
  });
});
