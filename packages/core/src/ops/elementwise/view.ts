/** Bits read as another dtype, by way of numbers of at most 32 bits where the widths differ: the lowest bits first. */
import { bytesPerElement, type DType } from "../../dtypes/dtype.ts";
import { DTypeError, ShapeError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { formatAval } from "../../shapes/format.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { dtypeOption, input } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";

/** Values side by side along the last axis, in turn: [..., n] each → [..., n · values]. */
function interleaved(values: readonly Value[]): Value {
  const { shape } = values[0] as Value;
  const columns = values.map((value) => build.reshape(value, [...shape, 1]));
  return build.reshape(build.concat(columns, shape.length), [...shape.slice(0, -1), (shape.at(-1) as number) * values.length]);
}

/** What {@link interleaved} was made of. */
function apart(x: Value, count: number): Value[] {
  const groups = [...x.shape.slice(0, -1), (x.shape.at(-1) as number) / count];
  const rows = build.reshape(x, [...groups, count]);
  return Array.from({ length: count }, (_, i) => {
    const start = rows.shape.map((_dim, axis) => (axis === groups.length ? i : 0));
    return build.reshape(build.slice(rows, start, [...groups, i + 1]), groups);
  });
}

const shifted = (op: "shl" | "shr", x: Value, bits: number): Value => (bits === 0 ? x : build.binary(op, x, build.constant(bits, x.dtype)));
const lowest = (x: Value, mask: number): Value => build.binary("and", x, build.constant(mask, x.dtype));
const joined = (parts: readonly Value[]): Value => parts.reduce((all, part) => build.binary("or", all, part));

/** Bytes of the numbers that stand for an element's bits, uint32: what is wider has several. */
const unitBytes = (dtype: DType): number => Math.min(bytesPerElement(dtype), 4);

/** The bits of `x` as numbers of {@link unitBytes}, along its last axis. */
function unitsOf(x: Value): Value {
  if (x.dtype === "complex64") return build.bitcast(interleaved([build.real(x), build.imag(x)]), "uint32");
  switch (bytesPerElement(x.dtype)) {
    case 1:
      return build.cast(build.bitcast(x, "uint8"), "uint32");
    case 2:
      // bfloat16 is the upper half of a float32.
      return shifted("shr", build.bitcast(build.cast(build.bitcast(x, "bfloat16"), "float32"), "uint32"), 16);
    case 4:
      return build.bitcast(x, "uint32");
    default: {
      const bits = build.bitcast(x, "int64");
      return interleaved([bits, shifted("shr", bits, 32)].map((half) => build.cast(lowest(half, 2 ** 32 - 1), "uint32")));
    }
  }
}

/** float16 of its bits: what is subnormal there is not so in float32, which it is a cast from. */
function float16Of(bits: Value): Value {
  const magnitude = lowest(bits, 0x7fff);
  const moved = shifted("shl", magnitude, 13);
  const rebased = (by: number): Value => build.bitcast(build.add(moved, build.constant(by, "uint32")), "float32");
  const subnormal = build.mul(build.cast(magnitude, "float32"), 2 ** -24);
  // The exponent's bias grows by 112; that of infinity and NaN once more.
  const normal = build.select(build.lt(magnitude, build.constant(0x7c00, "uint32")), rebased(112 * 2 ** 23), rebased(224 * 2 ** 23));
  const size = build.select(build.lt(magnitude, build.constant(0x0400, "uint32")), subnormal, normal);
  return build.cast(build.select(build.lt(bits, build.constant(0x8000, "uint32")), size, build.neg(size)), "float16");
}

/** What {@link unitsOf} has these numbers of. */
function ofUnits(units: Value, dtype: DType): Value {
  if (dtype === "complex64") return build.complex(...(apart(build.bitcast(units, "float32"), 2) as [Value, Value]));
  switch (bytesPerElement(dtype)) {
    case 1:
      return build.bitcast(build.cast(units, "uint8"), dtype);
    case 2:
      return dtype === "float16" ? float16Of(units) : build.cast(build.bitcast(shifted("shl", units, 16), "float32"), dtype);
    case 4:
      return build.bitcast(units, dtype);
    default: {
      const [low, high] = apart(units, 2).map((half) => build.cast(half, "int64")) as [Value, Value];
      return build.bitcast(joined([low, shifted("shl", high, 32)]), dtype);
    }
  }
}

/** Numbers of `from` bytes cut into those of `to` bytes, or put together to them. */
function regrouped(units: Value, from: number, to: number): Value {
  if (from === to) return units;
  if (from < to) return joined(apart(units, to / from).map((part, i) => shifted("shl", part, 8 * from * i)));
  return interleaved(Array.from({ length: from / to }, (_, i) => lowest(shifted("shr", units, 8 * to * i), 2 ** (8 * to) - 1)));
}

/**
 * The same bits read as another dtype. Of the same width the shape [..., n] stays; else the last axis grows or shrinks as the elements do
 * the other way.
 *
 * @throws DTypeError for bool; ShapeError when the last axis does not hold whole elements.
 *
 * @example
 * ops.view(tensor([1, -2]), { dtype: "int32" }); // [1065353216, -1073741824]
 * ops.view(tensor([1]), { dtype: "uint8" }); // [0, 0, 128, 63]
 */
export const view: Op<[x: TensorLike, options?: { readonly dtype?: DType }]> = op(
  "view",
  ["x"],
  (x: TensorLike, options: { readonly dtype?: DType } = {}) => {
    const value = input("view", x);
    const dtype = dtypeOption("view", options.dtype, value.dtype);
    if (dtype === value.dtype) return new Tensor(value);
    const [from, to] = [bytesPerElement(value.dtype), bytesPerElement(dtype)];
    if (value.dtype === "bool" || dtype === "bool")
      throw new DTypeError(`[view] bits are no bool: received ${formatAval(value)} to ${dtype}`);
    if (from === to && value.dtype !== "complex64" && dtype !== "complex64") return new Tensor(build.bitcast(value, dtype));
    if (value.shape.length === 0 || ((value.shape.at(-1) as number) * from) % to !== 0) {
      throw new ShapeError(`[view] the last axis does not hold whole elements of ${dtype}: received ${formatAval(value)}`);
    }
    return new Tensor(ofUnits(regrouped(unitsOf(value), unitBytes(value.dtype), unitBytes(dtype)), dtype));
  },
);
