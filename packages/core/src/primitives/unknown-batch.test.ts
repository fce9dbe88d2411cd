import { expect, test } from "vitest";
import { vjpOf } from "../autodiff/backward.ts";
import { inferThrough } from "../engine/trace-graph.ts";
import type { Aval, Shape, Value } from "../graph/value.ts";
import * as build from "./build.ts";

const f32 = (...shape: number[]): Aval => ({ dtype: "float32", shape });

/** Shapes of the gradients with respect to operands, of which the first has an unknown batch. */
function gradientShapes(avals: readonly Aval[], fn: (inputs: readonly Value[]) => Value): readonly Shape[] {
  return inferThrough(avals, (inputs) => {
    const { outputs, pull } = vjpOf((xs) => [fn(xs)], inputs);
    return pull(outputs.map(build.onesLike)).map((gradient, i) => gradient ?? build.zerosLike(inputs[i]));
  }).map(({ shape }) => shape);
}

test("gradients can be built while the batch is unknown, and have the operands' shapes", () => {
  const conv = { strides: [2], padding: [[1, 1]] as const, lhsDilation: [1], rhsDilation: [1] };
  const window = { window: [1, 2], strides: [1, 2], padding: [[0, 0], [0, 0]] as const, dilation: [1, 1] }; // prettier-ignore
  const batch = f32(NaN, 4);
  expect(gradientShapes([batch, f32(4, 2)], ([x, w]) => build.dot(x, w))).toEqual([
    [NaN, 4],
    [4, 2],
  ]);
  expect(gradientShapes([batch, f32(4)], ([x, b]) => build.mul(x, b))).toEqual([[NaN, 4], [4]]);
  expect(gradientShapes([f32(1, NaN, 8, 3), f32(1, 3, 3, 5)], ([x, w]) => build.conv(x, w, conv))).toEqual([
    [1, NaN, 8, 3],
    [1, 3, 3, 5],
  ]);
  for (const op of ["sum", "max", "min"] as const) {
    expect(gradientShapes([batch], ([x]) => build.reduceWindow(op, x, window))).toEqual([[NaN, 4]]);
  }
  for (const op of ["sum", "max", "prod"] as const) {
    expect(gradientShapes([batch], ([x]) => build.reduce(op, x, [1]))).toEqual([[NaN, 4]]);
    expect(gradientShapes([batch], ([x]) => build.reduce(op, x, [0, 1]))).toEqual([[NaN, 4]]);
    expect(gradientShapes([batch], ([x]) => build.cumulative(op, x, 1))).toEqual([[NaN, 4]]);
  }
  expect(gradientShapes([batch], ([x]) => build.slice(x, [0, 1], [NaN, 3], [1, 1]))).toEqual([[NaN, 4]]);
  expect(gradientShapes([batch], ([x]) => build.pad(x, [0, 1], [0, 2]))).toEqual([[NaN, 4]]);
  expect(gradientShapes([batch], ([x]) => build.concat([x, x], 1))).toEqual([[NaN, 4]]);
  expect(gradientShapes([batch], ([x]) => build.reshape(x, [NaN, 2, 2]))).toEqual([[NaN, 4]]);
  expect(gradientShapes([f32(9, 4), { dtype: "int32", shape: [NaN, 3] }], ([x, i]) => build.gather(x, i, 0))).toEqual([
    [9, 4],
    [NaN, 3],
  ]);
});
