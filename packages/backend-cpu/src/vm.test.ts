import type { Instruction, LoopKernel, View } from "@neurite/compiler";
import { interpretPlan } from "@neurite/compiler";
import type { DType, TypedArray } from "@neurite/core";
import { describe, expect, test } from "vitest";
import { type BufferSpec, contiguous, eachBackend, makePlan, randomNumbers, runPlan, view } from "./testing/plans.ts";

type Random = () => number;
const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)];

const dtypes = ["float32", "int32", "uint32", "bool"] as const;
type VmType = (typeof dtypes)[number];

const arrays = { float32: Float32Array, int32: Int32Array, uint32: Uint32Array, bool: Uint8Array };

function randomData(dtype: VmType, size: number, random: Random): TypedArray {
  return arrays[dtype].from({ length: size }, () => {
    if (dtype === "bool") return random() < 0.5 ? 0 : 1;
    if (dtype === "float32") return random() < 0.02 ? pick(random, [0, -0, 1, -1]) : random() * 6 - 3;
    return dtype === "int32" ? Math.floor(random() * 200) - 100 : Math.floor(random() * 200);
  });
}

/** Operations by dtype of their arguments, and the dtype they give. */
const float = ["neg", "abs", "sign", "floor", "ceil", "round", "exp", "expm1", "log", "log1p", "sin", "cos", "tanh", "sqrt", "rsqrt", "erf"] as const;
const unary: Record<VmType, readonly Instruction["op"][]> = {
  float32: float,
  int32: ["neg", "abs", "sign", "not"],
  uint32: ["sign", "not"],
  bool: ["not"],
};
const binary: Record<VmType, readonly Instruction["op"][]> = {
  float32: ["add", "sub", "mul", "div", "max", "min", "atan2"],
  int32: ["add", "sub", "mul", "div", "rem", "max", "min", "and", "or", "xor", "shl", "shr"],
  uint32: ["add", "mul", "div", "rem", "max", "min", "and", "or", "xor", "shl", "shr"],
  bool: ["and", "or", "xor", "max", "min"],
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

/** A random program: loads of every kind of view, then random operations, then stores of the last few values. */
function randomLoop(seed: number) {
  const random = randomNumbers(seed);
  const shape = pick(random, [[1], [7], [16], [33], [1000], [2500], [3, 5], [40, 10], [7, 130], [5, 300], [2, 3, 4], [9, 4, 33], [3, 2, 2, 150], [64, 1]]);
  const row = random() < 0.35;
  const operands: Operand[] = Array.from({ length: 1 + Math.floor(random() * 4) }, () => ({
    dtype: pick(random, dtypes),
    strides: randomStrides(shape, random),
  }));
  const buffers: BufferSpec[] = operands.map(({ dtype, strides }) => ({ dtype, size: spanOf(shape, strides), kind: "input" }));
  const instructions: Instruction[] = operands.map(({ dtype }, operand) => ({ op: "load", dtype, operand }));
  const ofType = (dtype: DType): number[] => instructions.flatMap((instruction, i) => (instruction.dtype === dtype ? [i] : []));
  instructions.push({ op: "constant", dtype: "float32", value: 1.5 }, { op: "constant", dtype: "int32", value: -3 });
  instructions.push({ op: "constant", dtype: "uint32", value: 5 }, { op: "constant", dtype: "bool", value: 1 });
  instructions.push({ op: "scalar", dtype: "float32", index: 0 });
  instructions.push({ op: "index", dtype: "int32", base: 3, strides: randomStrides(shape, random) });
  for (let n = 0; n < 10; n++) {
    const dtype = pick(random, dtypes);
    const any = (): number => pick(random, ofType(dtype));
    const roll = random();
    if (roll < 0.25) instructions.push({ op: pick(random, unary[dtype]) as "neg", dtype, args: [any()] });
    else if (roll < 0.6) instructions.push({ op: pick(random, binary[dtype]) as "add", dtype, args: [any(), any()] });
    else if (roll < 0.7) instructions.push({ op: pick(random, comparisons) as "eq", dtype: "bool", args: [any(), any()] });
    else if (roll < 0.8) instructions.push({ op: "select", dtype, args: [pick(random, ofType("bool")), any(), any()] });
    else if (roll < 0.87 && dtype !== "bool") instructions.push({ op: "multiply_add", dtype, args: [any(), any(), any()] });
    else if (row && roll < 0.94) {
      const reduce = dtype === "bool" ? pick(random, ["max", "min"] as const) : pick(random, ["sum", "max", "min"] as const);
      instructions.push({ op: "row_reduce", dtype, reduce, args: [any()] });
    } else instructions.push({ op: "cast", dtype: pick(random, dtypes), args: [any()] });
  }
  const stores = Array.from({ length: 1 + Math.floor(random() * 3) }, () => {
    const value = instructions.length - 1 - Math.floor(random() * 8);
    // What is the same for a row is sometimes stored once a row.
    const rowValue = row && instructions[value].op === "row_reduce" && random() < 0.7;
    const kept = rowValue ? shape.slice(0, -1) : shape;
    const strides = [...contiguous(kept), ...(rowValue ? [0] : [])];
    buffers.push({ dtype: instructions[value].dtype, size: kept.reduce((a, b) => a * b, 1), kind: "output" });
    return { value, view: view(buffers.length - 1, strides) };
  });
  const views = operands.map(({ strides }, i): View => view(i, strides));
  const loop: LoopKernel = { kind: "loop", shape, row, operands: views, instructions, stores };
  const inputs = operands.map(({ dtype }, i) => randomData(dtype, buffers[i].size, random));
  return { plan: makePlan(buffers, [loop], { scalars: 1 }), inputs, loop };
}

/** Values that are NaN or huge in one and not in the other come of rounding before a jump: compared only where both are tame. */
function differs(found: number, exact: number, dtype: DType): boolean {
  if (Object.is(found, exact) || found === exact) return false;
  if (dtype !== "float32") return true;
  if (Number.isNaN(found) || Number.isNaN(exact)) return Number.isNaN(found) !== Number.isNaN(exact);
  return Math.abs(found - exact) > 1e-3 * Math.max(1, Math.abs(exact));
}

describe.each(eachBackend().map((backend) => [backend.description, backend] as const))("%s", (_, backend) => {
  test("random programs give what each instruction means in double precision", () => {
    let compared = 0;
    for (let seed = 1; seed <= 1500; seed++) {
      const { plan, inputs, loop } = randomLoop(seed);
      const exact = interpretPlan(plan, inputs.map((data) => Array.from(data as Float32Array)), [], [Math.fround(0.7)]).outputs;
      const { outputs } = runPlan(backend, plan, inputs, [], [0.7]);
      outputs.forEach((found, i) => {
        const { dtype } = loop.instructions[loop.stores[i].value];
        const wrong = Array.from(found as Float32Array).findIndex((value, at) => differs(value, exact[i][at], dtype));
        if (wrong < 0) compared += found.length;
        // One difference in 1500 programs may be a rounding that tips a comparison or a cast.
        expect(wrong < 0 || `seed ${seed}, output ${i}[${wrong}]: ${found[wrong]} for ${exact[i][wrong]}`).toBe(true);
      });
    }
    expect(compared).toBeGreaterThan(100_000);
  });
});
