import type { Body, DotKernel, LoopKernel, ReduceKernel } from "@neurite/compiler";
import { describe, expect, test } from "vitest";
import { operations } from "./encode/codes.ts";
import { loadNative } from "./native.ts";
import {
  type BufferSpec,
  bindPlan,
  contiguous,
  eachBackend,
  makeBackend,
  makeBody,
  makePlan,
  randomNumbers,
  runPlan,
  upload,
  view,
} from "./testing/plans.ts";

const random = randomNumbers(1);
const floats = (size: number): Float32Array => Float32Array.from({ length: size }, () => random() * 4 - 2);

describe.each(eachBackend().map((backend) => [backend.description, backend] as const))("%s", (_, backend) => {
  test("a loop adds a bias and multiplies by a scalar", () => {
    for (const [rows, columns] of [
      [1, 1],
      [5, 3],
      [32, 10],
      [7, 300],
      [200, 1000],
    ] as const) {
      const shape = [rows, columns];
      const buffers: BufferSpec[] = [
        { dtype: "float32", size: rows * columns, kind: "input" },
        { dtype: "float32", size: columns, kind: "input" },
        { dtype: "float32", size: rows * columns, kind: "output" },
      ];
      const loop: LoopKernel = {
        kind: "loop",
        row: false,
        shape,
        ...makeBody(
          buffers,
          [view(0, contiguous(shape)), view(1, [0, 1])],
          [
            { op: "add", dtype: "float32", args: [0, 1] },
            { op: "scalar", dtype: "float32", index: 0 },
            { op: "mul", dtype: "float32", args: [2, 3] },
          ],
          [[4, view(2, contiguous(shape))]],
        ),
      };
      const x = floats(rows * columns);
      const bias = floats(columns);
      const { outputs } = runPlan(backend, makePlan(buffers, [loop], { scalars: 1 }), [x, bias], [], [0.5]);
      expect(outputs[0]).toEqual(x.map((value, i) => Math.fround(value + bias[i % columns]) * 0.5));
    }
  });

  test("sums over each choice of axes agree with sums in double precision", () => {
    for (const shape of [
      [3, 4, 5],
      [64, 7, 7, 12],
      [33, 300],
      [4, 1000],
      [2, 40000],
      [5000, 3],
      [1, 1],
    ]) {
      const size = shape.reduce((a, b) => a * b, 1);
      const x = floats(size);
      for (let mask = 0; mask < 1 << shape.length; mask++) {
        const reduced = shape.map((_, axis) => ((mask >> axis) & 1) === 1);
        const kept = shape.filter((_, axis) => !reduced[axis]);
        const keptSize = kept.reduce((a, b) => a * b, 1);
        const buffers: BufferSpec[] = [
          { dtype: "float32", size, kind: "input" },
          { dtype: "float32", size: keptSize, kind: "output" },
          { dtype: "float32", size: keptSize, kind: "output" },
        ];
        const kernel: ReduceKernel = {
          kind: "reduce",
          shape,
          reduced,
          body: makeBody(buffers, [view(0, contiguous(shape))], [{ op: "mul", dtype: "float32", args: [0, 0] }], []),
          reductions: [
            { op: "sum", value: 1, dtype: "float32" },
            { op: "max", value: 0, dtype: "float32" },
          ],
          epilogue: {
            operands: [],
            instructions: [
              { op: "result", dtype: "float32", index: 0 },
              { op: "result", dtype: "float32", index: 1 },
              { op: "neg", dtype: "float32", args: [1] },
            ],
            stores: [
              { value: 0, view: view(1, contiguous(kept)) },
              { value: 2, view: view(2, contiguous(kept)) },
            ],
          },
        };
        const sums = new Float64Array(keptSize);
        const extremes = new Float64Array(keptSize).fill(-Infinity);
        const strides = contiguous(shape);
        const keptStrides = contiguous(kept);
        for (let i = 0; i < size; i++) {
          let place = 0;
          let next = 0;
          shape.forEach((dim, axis) => {
            if (!reduced[axis]) place += (Math.floor(i / strides[axis]) % dim) * keptStrides[next++];
          });
          sums[place] += Math.fround(x[i] * x[i]);
          extremes[place] = Math.max(extremes[place], x[i]);
        }
        const { outputs } = runPlan(backend, makePlan(buffers, [kernel]), [x]);
        expect(outputs[1]).toEqual(Float32Array.from(extremes, (value) => -value));
        sums.forEach((sum, i) => expect(Math.abs((outputs[0] as Float32Array)[i] - sum)).toBeLessThanOrEqual(6e-7 * sum + 1e-7));
      }
    }
  });

  test("sums of a transposed array", () => {
    for (const [rows, columns] of [
      [100, 130],
      [17, 64],
      [300, 20],
      [1000, 90],
    ] as const) {
      const x = floats(rows * columns);
      for (const axis of [0, 1]) {
        const kept = axis === 0 ? columns : rows;
        const buffers: BufferSpec[] = [
          { dtype: "float32", size: rows * columns, kind: "input" },
          { dtype: "float32", size: kept, kind: "output" },
        ];
        const kernel: ReduceKernel = {
          kind: "reduce",
          shape: [rows, columns],
          reduced: [axis === 0, axis === 1],
          body: makeBody(buffers, [view(0, [1, rows])], [{ op: "abs", dtype: "float32", args: [0] }], []),
          reductions: [{ op: "sum", value: 1, dtype: "float32" }],
          epilogue: {
            operands: [],
            instructions: [{ op: "result", dtype: "float32", index: 0 }],
            stores: [{ value: 0, view: view(1, [1]) }],
          },
        };
        const sums = new Float64Array(kept);
        x.forEach((value, i) => (sums[axis === 0 ? Math.floor(i / rows) : i % rows] += Math.abs(value)));
        const { outputs } = runPlan(backend, makePlan(buffers, [kernel]), [x]);
        sums.forEach((sum, i) => expect(Math.abs((outputs[0][i] as number) - sum)).toBeLessThanOrEqual(6e-7 * sum));
      }
    }
  });

  test("a product with an epilogue of a sigmoid", () => {
    for (const [m, n, k] of [
      [1, 1, 1],
      [32, 10, 30],
      [33, 300, 65],
      [130, 70, 257],
    ] as const) {
      const buffers: BufferSpec[] = [
        { dtype: "float32", size: m * k, kind: "input" },
        { dtype: "float32", size: k * n, kind: "input" },
        { dtype: "float32", size: n, kind: "state" },
        { dtype: "float32", size: m * n, kind: "output" },
      ];
      const dot: DotKernel = {
        kind: "dot",
        dtype: "float32",
        batch: [],
        m,
        n,
        k,
        lhs: view(0, [k, 1]),
        rhs: view(1, [n, 1]),
        epilogue: {
          operands: [view(2, [0, 1])],
          instructions: [
            { op: "result", dtype: "float32", index: 0 },
            { op: "load", dtype: "float32", operand: 0 },
            { op: "add", dtype: "float32", args: [0, 1] },
            { op: "neg", dtype: "float32", args: [2] },
            { op: "exp", dtype: "float32", args: [3] },
            { op: "constant", dtype: "float32", value: 1 },
            { op: "add", dtype: "float32", args: [4, 5] },
            { op: "div", dtype: "float32", args: [5, 6] },
          ],
          stores: [{ value: 7, view: view(3, [n, 1]) }],
        },
      };
      const [a, b, bias] = [floats(m * k), floats(k * n), floats(n)];
      const { outputs } = runPlan(backend, makePlan(buffers, [dot]), [a, b], [bias]);
      let worst = 0;
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          let sum = bias[j];
          for (let l = 0; l < k; l++) sum += a[i * k + l] * b[l * n + j];
          worst = Math.max(worst, Math.abs((outputs[0] as Float32Array)[i * n + j] - 1 / (1 + Math.exp(-sum))));
        }
      }
      expect(worst).toBeLessThan(2e-5);
    }
  });

  test("a product updates a state in place, with momentum", () => {
    for (const [m, n, k] of [
      [3, 5, 4],
      [33, 300, 65],
      [130, 70, 257],
      [784, 100, 32],
    ] as const) {
      const buffers: BufferSpec[] = [
        { dtype: "float32", size: m * k, kind: "input" },
        { dtype: "float32", size: k * n, kind: "input" },
        { dtype: "float32", size: m * n, kind: "state" },
        { dtype: "float32", size: m * n, kind: "state" },
      ];
      const epilogue: Body = {
        operands: [view(2, [n, 1]), view(3, [n, 1])],
        instructions: [
          { op: "load", dtype: "float32", operand: 1 },
          { op: "constant", dtype: "float32", value: 0.5 },
          { op: "mul", dtype: "float32", args: [0, 1] },
          { op: "result", dtype: "float32", index: 0 },
          { op: "sub", dtype: "float32", args: [2, 3] },
          { op: "load", dtype: "float32", operand: 0 },
          { op: "add", dtype: "float32", args: [5, 4] },
        ],
        stores: [
          { value: 4, view: view(3, [n, 1]) },
          { value: 6, view: view(2, [n, 1]) },
        ],
      };
      const dot: DotKernel = { kind: "dot", dtype: "float32", batch: [], m, n, k, lhs: view(0, [1, m]), rhs: view(1, [n, 1]), epilogue };
      const [a, b, weights, momentum] = [floats(m * k), floats(k * n), floats(m * n), floats(m * n)];
      const { states } = runPlan(backend, makePlan(buffers, [dot]), [a, b], [weights, momentum]);
      let worst = 0;
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          let change = momentum[i * n + j] / 2;
          for (let l = 0; l < k; l++) change -= a[l * m + i] * b[l * n + j];
          worst = Math.max(worst, Math.abs((states[1][i * n + j] as number) - change));
          worst = Math.max(worst, Math.abs((states[0][i * n + j] as number) - weights[i * n + j] - change));
        }
      }
      expect(worst).toBeLessThan(1e-4);
    }
  });
});

test("the codes of operations are the engine's", () => {
  expect(loadNative().native.operations()).toEqual([...operations]);
});

test("a run writes state in place, again and again", () => {
  const backend = makeBackend();
  const buffers: BufferSpec[] = [{ dtype: "int32", size: 3, kind: "state" }];
  const loop: LoopKernel = {
    kind: "loop",
    row: false,
    shape: [3],
    ...makeBody(
      buffers,
      [view(0, [1])],
      [
        { op: "constant", dtype: "int32", value: 2 },
        { op: "add", dtype: "int32", args: [0, 1] },
      ],
      [[2, view(0, [1])]],
    ),
  };
  const { program, storages } = bindPlan(backend, makePlan(buffers, [loop]), [Int32Array.of(1, 2, 3)]);
  expect(backend.run(program, [], [], 5)).toEqual([]);
  expect(new Int32Array(backend.readSync(storages[0], 0, 12))).toEqual(Int32Array.of(11, 12, 13));
  backend.free(upload(backend, Int32Array.of(1)));
  backend.dispose();
});
