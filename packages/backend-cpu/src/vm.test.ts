import type { Instruction, LoopKernel, View } from "@neurite/compiler";
import type { TypedArray } from "@neurite/core";
import { describe, expect, test } from "vitest";
import { type Value, evaluate, reduceRows } from "./testing/naive.ts";
import { type BufferSpec, contiguous, eachBackend, makePlan, randomNumbers, runPlan, view } from "./testing/plans.ts";

type Random = () => number;
const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)];

const dtypes = ["float32", "int32", "uint32", "bool", "int8", "uint8"] as const;
type VmType = (typeof dtypes)[number];

const arrays = { float32: Float32Array, int32: Int32Array, uint32: Uint32Array, bool: Uint8Array, int8: Int8Array, uint8: Uint8Array };

function randomData(dtype: VmType, size: number, random: Random): TypedArray {
  const TypedArrayOf = arrays[dtype] as Float32ArrayConstructor;
  return TypedArrayOf.from({ length: size }, () => {
    if (dtype === "bool") return random() < 0.5 ? 0 : 1;
    if (dtype === "float32") return random() < 0.02 ? pick(random, [0, -0, 1, -1]) : random() * 6 - 3;
    return dtype === "int32" || dtype === "int8" ? Math.floor(random() * 200) - 100 : Math.floor(random() * 200);
  });
}

/** Operations by dtype of their arguments, and the dtype they give. */
const float = [
  "neg",
  "abs",
  "sign",
  "floor",
  "ceil",
  "round",
  "exp",
  "expm1",
  "log",
  "log1p",
  "sin",
  "cos",
  "tanh",
  "sqrt",
  "rsqrt",
  "erf",
] as const;
const unary: Record<VmType, readonly Instruction["op"][]> = {
  float32: float,
  int32: ["neg", "abs", "sign", "not"],
  uint32: ["sign", "not"],
  bool: ["not"],
  int8: ["neg", "abs", "sign", "not"],
  uint8: ["sign", "not"],
};
const binary: Record<VmType, readonly Instruction["op"][]> = {
  float32: ["add", "sub", "mul", "div", "max", "min", "atan2"],
  int32: ["add", "sub", "mul", "div", "rem", "max", "min", "and", "or", "xor", "shl", "shr"],
  uint32: ["add", "mul", "div", "rem", "max", "min", "and", "or", "xor", "shl", "shr"],
  bool: ["and", "or", "xor", "max", "min"],
  int8: ["add", "sub", "mul", "div", "rem", "max", "min", "and", "or", "xor", "shl", "shr"],
  uint8: ["add", "sub", "mul", "div", "rem", "max", "min", "and", "or", "xor", "shl", "shr"],
};
const comparisons: readonly Instruction["op"][] = ["eq", "lt", "le"];

interface Operand {
  readonly dtype: VmType;
  readonly strides: readonly number[];
}

/** A view of some of the axes: broadcast, reversed order, every other element… */
function randomStrides(shape: readonly number[], random: Random): number[] {
  const order = shape.map((_, i) => i);
  if (random() < 0.3) order.reverse();
  const strides = shape.map(() => 0);
  let step = random() < 0.2 ? 2 : 1;
  for (const axis of order.reverse()) {
    if (random() < 0.25) continue;
    strides[axis] = step;
    step *= shape[axis];
  }
  return strides;
}

const spanOf = (shape: readonly number[], strides: readonly number[]): number =>
  1 + strides.reduce((sum, stride, axis) => sum + stride * (shape[axis] - 1), 0);

/** Elements of `strides` over `shape`, row-major. */
function expand<T>(shape: readonly number[], strides: readonly number[], at: (place: number) => T): T[] {
  const dense = contiguous(shape);
  const size = shape.reduce((a, b) => a * b, 1);
  return Array.from({ length: size }, (_, i) =>
    at(shape.reduce((place, dim, axis) => place + (Math.floor(i / dense[axis]) % dim) * strides[axis], 0)),
  );
}

interface RandomLoop {
  readonly loop: LoopKernel;
  readonly buffers: BufferSpec[];
  readonly inputs: readonly TypedArray[];
  /** Of each store: what it should hold, and how far it may be off. */
  readonly expected: readonly Value[];
  /** Some integer is divided by zero: the run complains. */
  readonly dividesByZero: boolean;
}

/** Large enough for several threads. */
const largeShapes = [[60_000], [300, 200], [6000, 10], [2, 3, 9000]];
const shapes = [
  [1],
  [7],
  [16],
  [33],
  [1000],
  [2500],
  [3, 5],
  [40, 10],
  [7, 130],
  [5, 300],
  [2, 3, 4],
  [9, 4, 33],
  [3, 2, 2, 150],
  [64, 1],
  [40, 70],
  [3, 20, 100],
];
const scalar = 0.7;

/** Loads of every kind of view, then random operations, then stores of the last few values. */
function randomLoop(seed: number, large: boolean): RandomLoop {
  const random = randomNumbers(seed);
  const shape = pick(random, large ? largeShapes : shapes);
  const size = shape.reduce((a, b) => a * b, 1);
  const row = random() < 0.4;
  const instructions: Instruction[] = [];
  const values: Value[] = [];
  const add = (instruction: Instruction, value: Value | null): void => {
    if (value === null) return;
    instructions.push(instruction);
    values.push(value);
  };
  const operands: Operand[] = Array.from({ length: 1 + Math.floor(random() * 4) }, () => ({
    dtype: pick(random, dtypes),
    strides: randomStrides(shape, random),
  }));
  const buffers: BufferSpec[] = operands.map(({ dtype, strides }) => ({ dtype, size: spanOf(shape, strides), kind: "input" }));
  const inputs = operands.map(({ dtype }, i) => randomData(dtype, buffers[i].size, random));
  operands.forEach(({ dtype, strides }, operand) => {
    const numbers = expand(shape, strides, (place) => inputs[operand][place] as number);
    add({ op: "load", dtype, operand }, { dtype, numbers, error: 0 });
  });
  const everywhere = (dtype: VmType, x: number): Value => ({ dtype, numbers: Array.from({ length: size }, () => x), error: 0 });
  add({ op: "constant", dtype: "float32", value: 1.5 }, everywhere("float32", 1.5));
  add({ op: "constant", dtype: "int32", value: -3 }, everywhere("int32", -3));
  add({ op: "constant", dtype: "uint32", value: 5 }, everywhere("uint32", 5));
  add({ op: "constant", dtype: "bool", value: 1 }, everywhere("bool", 1));
  add({ op: "constant", dtype: "int8", value: -7 }, everywhere("int8", -7));
  add({ op: "constant", dtype: "uint8", value: 3 }, everywhere("uint8", 3));
  add({ op: "scalar", dtype: "float32", index: 0 }, everywhere("float32", Math.fround(scalar)));
  const strides = randomStrides(shape, random);
  add(
    { op: "index", dtype: "int32", base: 3, strides },
    { dtype: "int32", numbers: expand(shape, strides, (place) => 3 + place), error: 0 },
  );
  for (let n = 0; n < 12; n++) {
    const dtype = pick(random, dtypes);
    const any = (type: VmType = dtype): number =>
      pick(
        random,
        values.flatMap((value, i) => (value.dtype === type ? [i] : [])),
      );
    const roll = random();
    let instruction: Instruction;
    if (row && roll < 0.12) {
      const reduce = dtype === "bool" ? pick(random, ["max", "min"] as const) : pick(random, ["sum", "max", "min"] as const);
      instruction = { op: "row_reduce", dtype, reduce, args: [any()] };
      add(instruction, reduceRows(reduce, values[instruction.args[0]], shape.at(-1) as number));
      continue;
    }
    if (roll < 0.3) instruction = { op: pick(random, unary[dtype]), dtype, args: [any()] } as Instruction;
    else if (roll < 0.65) instruction = { op: pick(random, binary[dtype]), dtype, args: [any(), any()] } as Instruction;
    else if (roll < 0.73) instruction = { op: pick(random, comparisons), dtype: "bool", args: [any(), any()] } as Instruction;
    else if (roll < 0.83) instruction = { op: "select", dtype, args: [any("bool"), any(), any()] };
    else if (roll < 0.9 && dtype !== "bool") instruction = { op: "multiply_add", dtype, args: [any(), any(), any()] };
    else instruction = { op: "cast", dtype, args: [any(pick(random, dtypes))] };
    add(
      instruction,
      evaluate(
        instruction,
        (instruction as { args: readonly number[] }).args.map((i) => values[i]),
      ),
    );
  }
  const chosen = Array.from({ length: 1 + Math.floor(random() * 3) }, () => instructions.length - 1 - Math.floor(random() * 8));
  const expected: Value[] = [];
  const stores = chosen.map((value) => {
    const { dtype, numbers, error } = values[value];
    // What is the same for a row is sometimes stored once a row.
    const once = row && instructions[value].op === "row_reduce" && random() < 0.7;
    const kept = once ? shape.slice(0, -1) : shape;
    buffers.push({ dtype, size: kept.reduce((a, b) => a * b, 1), kind: "output" });
    const inner = shape.at(-1) as number;
    expected.push({ dtype, error, numbers: once ? numbers.filter((_, i) => i % inner === 0) : numbers });
    return { value, view: view(buffers.length - 1, [...contiguous(kept), ...(once ? [0] : [])]) };
  });
  const loop: LoopKernel = {
    kind: "loop",
    shape,
    row,
    operands: operands.map((operand, i): View => view(i, operand.strides)),
    instructions,
    stores,
  };
  const dividesByZero = instructions.some(
    ({ op, dtype, ...rest }) =>
      (op === "div" || op === "rem") && dtype !== "float32" && values[(rest as { args: readonly number[] }).args[1]].numbers.includes(0),
  );
  return { loop, buffers, inputs, expected, dividesByZero };
}

function isWrong(found: number, exact: number, error: number): boolean {
  if (found === exact || (Number.isNaN(found) && Number.isNaN(exact))) return false;
  return !(Math.abs(found - exact) <= error);
}

describe.each(eachBackend().map((backend) => [backend.description, backend] as const))("%s", (_, backend) => {
  test("random programs give what each instruction means", () => {
    const used = new Set<string>();
    let divisionsByZero = 0;
    for (let seed = 1; seed <= 800; seed++) {
      const { loop, buffers, inputs, expected, dividesByZero } = randomLoop(seed, seed % 80 === 0);
      for (const { op } of loop.instructions) used.add(op);
      const plan = makePlan(buffers, [loop], { scalars: 1 });
      if (dividesByZero) {
        expect(() => runPlan(backend, plan, inputs, [], [scalar])).toThrow("integer division by zero");
        divisionsByZero++;
        continue;
      }
      const { outputs } = runPlan(backend, plan, inputs, [], [scalar]);
      expected.forEach(({ numbers, error }, i) => {
        const wrong = numbers.findIndex((exact, at) => isWrong(outputs[i][at] as number, exact, error));
        if (wrong < 0) return;
        expect.fail(`seed ${seed}, output ${i}[${wrong}] is ${outputs[i][wrong]}, should be ${numbers[wrong]}: ${JSON.stringify(loop)}`);
      });
    }
    expect(divisionsByZero).toBeGreaterThan(10);
    expect(divisionsByZero).toBeLessThan(300);
    // Every operation has its turn.
    for (const op of [...Object.values(unary).flat(), ...Object.values(binary).flat(), ...comparisons]) expect(used).toContain(op);
  });
});

test("random bits are Threefry's: the published vectors, and JAX's way of joining the two words", () => {
  const buffers: BufferSpec[] = [
    { dtype: "uint32", size: 2, kind: "input" },
    { dtype: "uint32", size: 40, kind: "output" },
  ];
  const loop: LoopKernel = {
    kind: "loop",
    row: false,
    shape: [40],
    operands: [view(0, [0])],
    instructions: [
      { op: "index", dtype: "int32", base: 0, strides: [1] },
      { op: "random", dtype: "uint32", operand: 0, args: [0] },
    ],
    stores: [{ value: 1, view: view(1, [1]) }],
  };
  for (const backend of eachBackend()) {
    const { outputs } = runPlan(backend, makePlan(buffers, [loop]), [Uint32Array.of(0, 0)]);
    // Random123: threefry2x32, key 0 0, counter 0 0 gives 6b200159 99ba4efe.
    expect(outputs[0][0]).toBe((0x6b200159 ^ 0x99ba4efe) >>> 0);
    expect(new Set(outputs[0] as Uint32Array).size).toBe(40);
  }
});
