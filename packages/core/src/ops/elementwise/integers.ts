/** Number theory on integers, and neighbours of floating numbers. */
import { isInteger } from "../../dtypes/dtype.ts";
import { DTypeError } from "../../errors.ts";
import { traceGraph } from "../../engine/trace-graph.ts";
import { bind } from "../../graph/bind.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { broadcastShapes } from "../../shapes/broadcast.ts";
import { composite } from "../composite.ts";
import { type BinaryOp, strongBinaryOp, strongFloatBinaryOp } from "./factories.ts";

function requireIntegers(name: string, x: Value): void {
  if (!isInteger(x.dtype)) throw new DTypeError(`[${name}] takes integers: received ${x.dtype}`);
}

/** Euclid's algorithm on whole tensors, until every remainder is 0. */
function greatestCommonDivisor(a: Value, b: Value): Value {
  const shape = broadcastShapes("gcd", a.shape, b.shape);
  const carry = [build.broadcast(build.abs(a), shape), build.broadcast(build.abs(b), shape)];
  const zero = (x: Value): Value => build.constant(0, x.dtype);
  const test = traceGraph(carry, ([, y]) => [
    build.reduce(
      "max",
      build.not(build.eq(y as Value, zero(y as Value))),
      shape.map((_, i) => i),
    ),
  ]);
  const body = traceGraph(carry, ([x, y]) => {
    const [left, right] = [x as Value, y as Value];
    const done = build.eq(right, zero(right));
    const remainder = build.binary("rem", left, build.select(done, build.onesLike(right), right));
    return [build.select(done, left, right), build.select(done, build.zerosLike(right), remainder)];
  });
  return bind("while", carry, { test: test.graph, body: body.graph, carry: 2, maxIterations: null })[0] as Value;
}

/**
 * The greatest common divisor of integers, elementwise; at least 0.
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @throws DTypeError unless both are integers; ShapeError when the shapes do not broadcast.
 *
 * @example
 * ops.gcd(tensor([12, 7], { dtype: "int32" }), 18); // [6, 1]
 */
export const gcd: BinaryOp = strongBinaryOp("gcd", (a, b) => {
  requireIntegers("gcd", a);
  return greatestCommonDivisor(a, b);
});

/**
 * The least common multiple of integers, elementwise; at least 0.
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @throws DTypeError unless both are integers; ShapeError when the shapes do not broadcast.
 *
 * @example
 * ops.lcm(tensor([4, 3], { dtype: "int32" }), 6); // [12, 6]
 */
export const lcm: BinaryOp = strongBinaryOp("lcm", (a, b) => {
  requireIntegers("lcm", a);
  const divisor = greatestCommonDivisor(a, b);
  const isZero = build.eq(divisor, 0);
  return build.abs(build.mul(build.div(a, build.select(isZero, build.onesLike(divisor), divisor)), b));
});

const nextNumber = composite(
  "nextafter",
  (x, y) => {
    const bits = build.bitcast(x, "int32");
    // Away from 0 the bits rise with the size, whatever the sign.
    const awayFromZero = build.eq(build.lt(x, y), build.le(build.constant(0, "float32"), x));
    const stepped = build.add(bits, build.select(awayFromZero, build.constant(1, "int32"), build.constant(-1, "int32")));
    const smallest = build.select(build.lt(y, 0), build.constant(-0x7fffffff, "int32"), build.constant(1, "int32"));
    const moved = build.bitcast(build.select(build.eq(x, 0), smallest, stepped), "float32");
    const isNan = build.or(build.not(build.eq(x, x)), build.not(build.eq(y, y)));
    return build.select(isNan, NaN, build.select(build.eq(x, y), y, moved));
  },
  ({ cotangents }) => [cotangents[0] as Value, null],
);

/**
 * The next float32 after `x1` toward `x2`. Its gradient is that of `x1`.
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @throws ShapeError when the shapes do not broadcast.
 *
 * @example
 * ops.subtract(ops.nextafter(tensor([1]), 2), 1); // [1.1920929e-7]
 */
export const nextafter: BinaryOp = strongFloatBinaryOp("nextafter", (a, b) => {
  const shape = broadcastShapes("nextafter", a.shape, b.shape);
  const [x, y] = [build.cast(a, "float32"), build.cast(b, "float32")].map((operand) => build.broadcast(operand, shape)) as [Value, Value];
  return build.cast(nextNumber(x, y), a.dtype);
});
