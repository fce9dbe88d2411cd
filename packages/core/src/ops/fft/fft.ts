/** Fourier transforms. Complex numbers are pairs [real, imaginary] of float32 tensors, as in Keras. */
import { ShapeError, ValueError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { formatAval, formatAvals } from "../../shapes/format.ts";
import { compatibleShapes } from "../../shapes/dims.ts";
import { isTensorBase } from "../../tensor/base.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { sliceAxis } from "../shape/split.ts";
import { describe, input, integerInput, realFloatInput, toFloat } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";

/** Real and imaginary parts. */
export type ComplexPair = readonly [real: TensorLike, imaginary: TensorLike];

/** A pair, or a complex64 tensor, as one complex value with at least `rank` axes. */
export function complexInput(name: string, x: ComplexPair | TensorLike, rank: number): Value {
  if (!isTensorBase(x) && !(Array.isArray(x) && x.length === 2))
    throw new ValueError(`[${name}] x must be [real, imaginary]: received ${describe(x)}`);
  let value: Value;
  if (isTensorBase(x)) {
    value = x.dtype === "complex64" ? x.value : build.cast(build.cast(x.value, "float32"), "complex64");
  } else {
    const [re, im] = (x as unknown as ComplexPair).map((part, i) =>
      build.cast(realFloatInput(name, part, i === 0 ? "real" : "imaginary"), "float32"),
    ) as [Value, Value];
    if (!compatibleShapes(re.shape, im.shape))
      throw new ShapeError(`[${name}] real and imaginary must have one shape: received ${formatAvals([re, im])}`);
    value = build.complex(re, im);
  }
  if (value.shape.length < rank)
    throw new ShapeError(`[${name}] x must have at least ${rank === 1 ? "one axis" : "two axes"}: received ${formatAval(value)}`);
  return value;
}

/** A complex value as a pair of tensors. */
export function complexPair(x: Value): [Tensor, Tensor] {
  return [new Tensor(build.real(x)), new Tensor(build.imag(x))];
}

type ComplexOp = Op<[x: ComplexPair], [Tensor, Tensor]>;

/* @__NO_SIDE_EFFECTS__ */
function transformOp(name: string, axes: number, inverse: boolean): ComplexOp {
  return op(name, ["x"], (x: ComplexPair) => {
    let value = complexInput(name, x, axes);
    for (let i = 1; i <= axes; i++) value = build.fft(value, value.shape.length - i, inverse);
    return complexPair(value);
  });
}

/**
 * The discrete Fourier transform along the last axis: [real, imaginary], float32, each of the shape [..., n] of the given parts. A real
 * tensor counts as having no imaginary part.
 *
 * @throws ValueError unless `x` is a tensor or a pair [real, imaginary]; ShapeError when the parts differ in shape or are scalars.
 *
 * @example
 * const [real, imaginary] = ops.fft([tensor([1, 0, 0, 0]), tensor([0, 0, 0, 0])]);
 * real; // [1, 1, 1, 1]
 * imaginary; // [0, 0, 0, 0]
 */
export const fft: ComplexOp = transformOp("fft", 1, false);

/**
 * The discrete Fourier transform over the last two axes: [real, imaginary], float32, each of the shape [..., rows, columns] of the given
 * parts.
 *
 * @throws ValueError unless `x` is a tensor or a pair [real, imaginary]; ShapeError when the parts differ in shape or have fewer than two
 * axes.
 *
 * @example
 * const [real] = ops.fft2([ops.ones([2, 2]), ops.zeros([2, 2])]);
 * real; // [[4, 0], [0, 0]]
 */
export const fft2: ComplexOp = transformOp("fft2", 2, false);

/**
 * The inverse of {@link fft2}, divided by the number of elements: [real, imaginary], float32, each [..., rows, columns].
 *
 * @throws ValueError unless `x` is a tensor or a pair [real, imaginary]; ShapeError when the parts differ in shape or have fewer than two
 * axes.
 *
 * @example
 * const [real] = ops.ifft2(ops.fft2([tensor([[1, 2], [3, 4]]), ops.zeros([2, 2])]));
 * real; // [[1, 2], [3, 4]]
 */
export const ifft2: ComplexOp = transformOp("ifft2", 2, true);

/** The last axis cut or padded with zeros at its end. */
export function resized(x: Value, size: number): Value {
  const axis = x.shape.length - 1;
  const now = x.shape[axis] as number;
  if (now === size) return x;
  if (now > size) return sliceAxis(x, axis, 0, size);
  return build.pad(
    x,
    x.shape.map(() => 0),
    x.shape.map((_, i) => (i === axis ? size - now : 0)),
  );
}

/** The first half of the transform of real numbers: [..., n] → complex [..., n / 2 + 1]. */
export function realTransform(x: Value): Value {
  const axis = x.shape.length - 1;
  const full = build.fft(build.complex(x, build.zerosLike(x)), axis);
  return sliceAxis(full, axis, 0, Math.floor((x.shape[axis] as number) / 2) + 1);
}

/** Real numbers from the first half of their transform: complex [..., n / 2 + 1] → [..., n]. */
export function inverseRealTransform(x: Value, n: number): Value {
  const axis = x.shape.length - 1;
  const half = resized(x, Math.floor(n / 2) + 1);
  // The other half mirrors it; what is its own mirror image must be real.
  const mirrored = build.conj(build.flip(sliceAxis(half, axis, 1, Math.ceil(n / 2)), [axis]));
  const full = build.concat([half, mirrored], axis);
  const index = build.iota([n], 0);
  const ownMirror = build.or(build.eq(index, 0), n % 2 === 0 ? build.eq(index, n / 2) : build.lt(index, 0));
  const imaginary = build.select(ownMirror, build.constant(0, "float32"), build.imag(full));
  return build.real(build.fft(build.complex(build.real(full), imaginary), axis, true));
}

/**
 * The transform of real numbers along the last axis, of which only the first half is given, the other being its mirror image: [..., n]
 * gives [real, imaginary], float32, each [..., n / 2 + 1].
 *
 * @param options `fftLength`: the axis is cut or filled with zeros to it; default n.
 *
 * @throws ShapeError for a scalar; DTypeError for complex numbers; ValueError for an `fftLength` below 1.
 *
 * @example
 * const [real, imaginary] = ops.rfft(tensor([1, 2, 3, 4]));
 * real; // [10, -2, -2]
 * imaginary; // [0, 2, 0]
 */
export const rfft: Op<[x: TensorLike, options?: { readonly fftLength?: number | null }], [Tensor, Tensor]> = op(
  "rfft",
  ["x"],
  (x: TensorLike, options: { readonly fftLength?: number | null } = {}) => {
    const value = build.cast(realFloatInput("rfft", x), "float32");
    if (value.shape.length === 0) throw new ShapeError("[rfft] x must have at least one axis: received a scalar");
    const size = integerInput("rfft", options.fftLength ?? (value.shape[value.shape.length - 1] as number), "fftLength", 1);
    return complexPair(realTransform(resized(value, size)));
  },
);

/**
 * The inverse of {@link rfft}: [..., n / 2 + 1] → [..., n]. `fftLength`: n; default 2 · (size - 1).
 *
 * @throws ValueError unless `x` is a tensor or a pair [real, imaginary], or for an `fftLength` below 1; ShapeError when the parts differ
 * in shape.
 *
 * @example
 * ops.irfft(ops.rfft(tensor([1, 2, 3, 4]))); // [1, 2, 3, 4]
 */
export const irfft: Op<[x: ComplexPair, options?: { readonly fftLength?: number | null }]> = op(
  "irfft",
  ["x"],
  (x: ComplexPair, options: { readonly fftLength?: number | null } = {}) => {
    const value = complexInput("irfft", x, 1);
    const n = integerInput("irfft", options.fftLength ?? 2 * ((value.shape[value.shape.length - 1] as number) - 1), "fftLength", 1);
    return new Tensor(inverseRealTransform(value, n));
  },
);

/**
 * Pairs in the last axis as complex64: [..., 2] → [...].
 *
 * @throws ShapeError when the last axis has not size 2; DTypeError when `x` is complex already.
 *
 * @example
 * const z = ops.viewAsComplex(tensor([[3, 4], [0, 1]]));
 * ops.abs(z); // [5, 1]
 */
export const viewAsComplex: Op<[x: TensorLike]> = op("view_as_complex", ["x"], (x: TensorLike) => {
  const value = build.cast(realFloatInput("view_as_complex", x), "float32");
  const axis = value.shape.length - 1;
  if (value.shape[axis] !== 2) throw new ShapeError(`[view_as_complex] the last axis must have size 2: received ${formatAval(value)}`);
  const part = (i: number): Value => build.reshape(sliceAxis(value, axis, i, i + 1), value.shape.slice(0, -1));
  return new Tensor(build.complex(part(0), part(1)));
});

/**
 * Complex numbers as pairs of real numbers in a new last axis: [...] → [..., 2]. The imaginary part of real ones is 0.
 *
 * @example
 * ops.viewAsReal(ops.polar(2, tensor([0, Math.PI]))); // [[2, 0], [-2, 0]]
 */
export const viewAsReal: Op<[x: TensorLike]> = op("view_as_real", ["x"], (x: TensorLike) => {
  const value = input("view_as_real", x);
  const part = (half: Value): Value => build.reshape(half, [...half.shape, 1]);
  const isComplex = value.dtype === "complex64";
  const real = isComplex ? build.real(value) : toFloat(value);
  return new Tensor(build.concat([part(real), part(isComplex ? build.imag(value) : build.zerosLike(real))], value.shape.length));
});
