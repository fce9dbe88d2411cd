/** Transforms of short overlapping pieces of signals. */
import { ShapeError, ValueError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { formatAval } from "../../shapes/format.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { borders } from "../shape/pad.ts";
import { sliceAxis } from "../shape/split.ts";
import { describe, input, integerInput, realFloatInput } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";
import { type ComplexPair, complexInput, complexPair, inverseRealTransform, realTransform } from "./fft.ts";

/** What each piece is multiplied by: "hann", "hamming", a vector, or null for nothing. */
export type SignalWindow = "hann" | "hamming" | TensorLike | null;

/** Pieces of `length`, `stride` apart: [..., n] → [..., pieces, length]. */
function framesOf(name: string, x: Value, length: number, stride: number): Value {
  const axis = x.shape.length - 1;
  const size = x.shape[axis] as number;
  const count = Math.floor((size - length) / stride) + 1;
  if (count < 1) throw new ShapeError(`[${name}] sequenceLength ${length} is longer than the signal: received ${formatAval(x)}`);
  const shape = [count, length];
  const indices = build.add(build.mul(build.iota(shape, 0), stride), build.iota(shape, 1));
  return build.gather(x, indices, axis);
}

/**
 * Overlapping pieces of the last axis: [..., n] → [..., pieces, sequenceLength].
 *
 * @throws ShapeError when `sequenceLength` exceeds the last axis; ValueError when it or the stride is no integer of at least 1.
 *
 * @example
 * ops.extractSequences(tensor([1, 2, 3, 4, 5]), 3, 1); // [[1, 2, 3], [2, 3, 4], [3, 4, 5]]
 */
export const extractSequences: Op<[x: TensorLike, sequenceLength: number, sequenceStride: number]> = op(
  "extract_sequences",
  ["x", "sequenceLength", "sequenceStride"],
  (x: TensorLike, sequenceLength: number, sequenceStride: number) => {
    const value = input("extract_sequences", x);
    const length = integerInput("extract_sequences", sequenceLength, "sequenceLength", 1);
    return new Tensor(framesOf("extract_sequences", value, length, integerInput("extract_sequences", sequenceStride, "sequenceStride", 1)));
  },
);

/** The window's values, padded evenly to `fftLength`; periodic, as for spectra. */
function windowValues(name: string, window: SignalWindow, length: number, fftLength: number): Value | null {
  if (window === null) return null;
  let values: Value;
  if (window === "hann" || window === "hamming") {
    const base = window === "hann" ? 0.5 : 0.54;
    const angle = build.mul(build.iota([length], 0, "float32"), (2 * Math.PI) / length);
    values = build.sub(base, build.mul(build.cos(angle), 1 - base));
  } else if (typeof window === "string") {
    throw new ValueError(`[${name}] window must be "hann", "hamming", a vector or null: received ${describe(window)}`);
  } else {
    values = build.cast(input(name, window, "window", "float32"), "float32");
    if (values.shape.length !== 1 || values.shape[0] !== length)
      throw new ShapeError(`[${name}] window must have sequenceLength ${length} values: received ${formatAval(values)}`);
  }
  const low = Math.floor((fftLength - length) / 2);
  return build.pad(values, [low], [fftLength - length - low]);
}

/** Options of {@link stft}. */
export interface StftOptions {
  /** Default "hann". */
  readonly window?: SignalWindow;
  /** Whether pieces are centred on their time, the signal being mirrored at its ends. Default true. */
  readonly center?: boolean;
}

/** Throws unless the three lengths fit each other. */
function checkLengths(name: string, length: number, stride: number, fftLength: number): void {
  integerInput(name, length, "sequenceLength", 1);
  integerInput(name, stride, "sequenceStride", 1);
  if (integerInput(name, fftLength, "fftLength", 1) < length) {
    throw new ValueError(`[${name}] fftLength must be at least sequenceLength: received ${fftLength} and ${length}`);
  }
}

/**
 * The short-time Fourier transform of real signals: [..., n] → [real, imaginary], each [..., pieces, fftLength / 2 + 1].
 *
 * @throws ShapeError for a scalar or a signal shorter than a piece; ValueError for lengths below 1, `fftLength` < `sequenceLength` or a
 * window of an unknown name; DTypeError for complex signals.
 *
 * @example
 * const [real] = ops.stft(ops.ones([8]), 4, 2, 4, { window: null });
 * real.shape; // [5, 3]
 * real.slice([0, 0], [1, 3]); // [[4, 0, 0]]
 */
export const stft: Op<
  [x: TensorLike, sequenceLength: number, sequenceStride: number, fftLength: number, options?: StftOptions],
  [Tensor, Tensor]
> = op(
  "stft",
  ["x", "sequenceLength", "sequenceStride", "fftLength"],
  (x: TensorLike, sequenceLength: number, sequenceStride: number, fftLength: number, options: StftOptions = {}) => {
    checkLengths("stft", sequenceLength, sequenceStride, fftLength);
    let value = build.cast(realFloatInput("stft", x), "float32");
    if (value.shape.length === 0) throw new ShapeError("[stft] x must have at least one axis: received a scalar");
    if (options.center !== false) {
      const half = Math.floor(fftLength / 2);
      value = borders(value, value.shape.length - 1, [half, half], "reflect");
    }
    const window = windowValues("stft", options.window === undefined ? "hann" : options.window, sequenceLength, fftLength);
    const frames = framesOf("stft", value, fftLength, sequenceStride);
    return complexPair(realTransform(window === null ? frames : build.mul(frames, window)));
  },
);

/** Options of {@link istft}. */
export interface IstftOptions extends StftOptions {
  /** Length that the signal is cut to. Default: what the pieces cover. */
  readonly length?: number | null;
}

/**
 * The signal of a short-time Fourier transform: [real, imaginary], each [..., pieces, fftLength / 2 + 1] → [..., n]. As in Keras, pieces
 * are weighted as if there were more on both sides, so without `center` the signal fades at its ends; with `window` null they are just
 * added.
 *
 * @throws ValueError for lengths below 1, `fftLength` < `sequenceLength` or a window of an unknown name; ShapeError when the parts differ
 * in shape, or the window has not `sequenceLength` elements.
 *
 * @example
 * const signal = tensor([1, 2, 3, 4, 5, 6, 7, 8]);
 * ops.istft(ops.stft(signal, 4, 2, 4), 4, 2, 4); // [1, 2, 3, 4, 5, 6, 7, 8]
 */
export const istft: Op<[x: ComplexPair, sequenceLength: number, sequenceStride: number, fftLength: number, options?: IstftOptions]> = op(
  "istft",
  ["x", "sequenceLength", "sequenceStride", "fftLength"],
  (x: ComplexPair, sequenceLength: number, sequenceStride: number, fftLength: number, options: IstftOptions = {}) => {
    checkLengths("istft", sequenceLength, sequenceStride, fftLength);
    const spectrum = complexInput("istft", x, 2);
    const frames = inverseRealTransform(spectrum, fftLength);
    const window = windowValues("istft", options.window === undefined ? "hann" : options.window, sequenceLength, fftLength);
    const rank = frames.shape.length;
    const count = frames.shape[rank - 2] as number;
    const total = (count - 1) * sequenceStride + fftLength;
    const shape = [count, fftLength];
    const places = build.add(build.mul(build.iota(shape, 0), sequenceStride), build.iota(shape, 1));
    const batch = frames.shape.slice(0, -2);
    const zeros = build.full([...batch, total], 0, "float32");
    const pieces = window === null ? frames : build.mul(frames, dualWindow(window, sequenceStride));
    const signal = build.scatter("add", zeros, places, pieces, rank - 2);
    const start = options.center === false ? 0 : Math.floor(fftLength / 2);
    const { length } = options;
    const end =
      length === undefined || length === null
        ? options.center === false
          ? total
          : total - Math.floor(fftLength / 2)
        : start + integerInput("istft", length, "length", 0);
    return new Tensor(sliceAxis(signal, rank - 2, start, Math.max(start, Math.min(end, total))));
  },
);

/** The window [n] over what it and its copies `stride` apart give squared: pieces multiplied by both add up to the signal. */
function dualWindow(window: Value, stride: number): Value {
  const n = window.shape[0] as number;
  const copies = Math.ceil(n / stride);
  const padded = build.pad(build.mul(window, window), [0], [copies * stride - n]);
  const sums = build.broadcast(build.sum(build.reshape(padded, [copies, stride]), [0]), [copies, stride]);
  const weights = sliceAxis(build.reshape(sums, [copies * stride]), 0, 0, n);
  const isZero = build.eq(weights, 0);
  return build.select(isZero, 0, build.div(window, build.select(isZero, 1, weights)));
}
