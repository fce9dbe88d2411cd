/** Bits read as another dtype, by way of words of 32 bits where the widths differ: the lowest bits first. */
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

const shifted = (op: "shl" | "shr", x: Value, bits: number): Value => build.binary(op, x, build.constant(bits, x.dtype));
const lowest = (x: Value, mask: number): Value => build.binary("and", x, build.constant(mask, x.dtype));

/** The words of `x` along its last axis. */
function wordsOf(x: Value): Value {
  if (x.dtype === "complex64") return build.bitcast(interleaved([build.real(x), build.imag(x)]), "uint32");
  if (bytesPerElement(x.dtype) === 4) return build.bitcast(x, "uint32");
  if (bytesPerElement(x.dtype) === 1) {
    const bytes = apart(build.bitcast(x, "uint8"), 4).map((byte, i) => shifted("shl", build.cast(byte, "uint32"), 8 * i));
    return bytes.reduce((word, byte) => build.binary("or", word, byte));
  }
  const bits = build.bitcast(x, "int64");
  return interleaved([bits, shifted("shr", bits, 32)].map((half) => build.cast(lowest(half, 2 ** 32 - 1), "uint32")));
}

/** What has the words. */
function ofWords(words: Value, dtype: DType): Value {
  if (dtype === "complex64") return build.complex(...(apart(build.bitcast(words, "float32"), 2) as [Value, Value]));
  if (bytesPerElement(dtype) === 4) return build.bitcast(words, dtype);
  if (bytesPerElement(dtype) === 1) {
    const bytes = [0, 8, 16, 24].map((place) => build.cast(lowest(shifted("shr", words, place), 255), "uint8"));
    return build.bitcast(interleaved(bytes), dtype);
  }
  const [low, high] = apart(words, 2).map((half) => build.cast(half, "int64")) as [Value, Value];
  return build.bitcast(build.binary("or", low, shifted("shl", high, 32)), dtype);
}

/**
 * The same bits read as another dtype. Of the same width the shape [..., n] stays; else the last axis grows or shrinks as the elements do
 * the other way.
 *
 * @throws DTypeError for bool, and when one dtype of two widths has 16 bits; ShapeError when the last axis does not hold whole elements.
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
    if (from === 2 || to === 2)
      throw new DTypeError(`[view] 16 bits can be read as 16 bits alone: received ${formatAval(value)} to ${dtype}`);
    if (value.shape.length === 0 || ((value.shape.at(-1) as number) * from) % to !== 0) {
      throw new ShapeError(`[view] the last axis does not hold whole elements of ${dtype}: received ${formatAval(value)}`);
    }
    return new Tensor(ofWords(wordsOf(value), dtype));
  },
);
