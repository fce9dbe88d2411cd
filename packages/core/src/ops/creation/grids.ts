/** Coordinate grids and window functions of signal processing. */
import type { Value } from "../../graph/value.ts";
import { ShapeError, ValueError } from "../../errors.ts";
import * as build from "../../primitives/build.ts";
import { formatAval } from "../../shapes/format.ts";
import type { SymbolicTensor } from "../../symbolic/symbolic-tensor.ts";
import { isTensorBase } from "../../tensor/base.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { flattened } from "../shape/reshape.ts";
import { besselI0 } from "../elementwise/bessel.ts";
import { describe, input, integerInput, realFloatInput } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";
import { numberNow } from "../support/read-now.ts";
import { variadicOp, type VariadicOp } from "../support/variadic.ts";

/** Options of {@link meshgrid}. */
export interface MeshgridOptions {
  /** "xy" (default): the first two axes are exchanged, as for pictures; "ij": as for matrices. */
  readonly indexing?: "xy" | "ij";
}

/**
 * Vectors as coordinates of a grid: one tensor of the grid's shape for each. Vectors of sizes n and m give the shape [m, n] with
 * `indexing` "xy" (default), [n, m] with "ij". Tensors of other shapes are flattened.
 *
 * @throws ValueError when `indexing` is neither of the two.
 *
 * @example
 * const [x, y] = ops.meshgrid(tensor([1, 2, 3]), tensor([10, 20]));
 * x; // [[1, 2, 3], [1, 2, 3]]
 * y; // [[10, 10, 10], [20, 20, 20]]
 */
export const meshgrid: VariadicOp<[], MeshgridOptions, Tensor[], SymbolicTensor[]> = variadicOp("meshgrid", [], "x", (_, xs, options) => {
  const { indexing = "xy" } = options;
  if (indexing !== "xy" && indexing !== "ij")
    throw new ValueError(`[meshgrid] indexing must be "xy" or "ij": received ${describe(indexing)}`);
  const vectors = xs.map((x, i) => flattened(input("meshgrid", x, `x[${i}]`)));
  const place = (i: number): number => (indexing === "xy" && i < 2 && vectors.length > 1 ? 1 - i : i);
  const shape: number[] = [];
  vectors.forEach((vector, i) => (shape[place(i)] = vector.shape[0] as number));
  return vectors.map((vector, i) => {
    const along = shape.map((dim, axis) => (axis === place(i) ? dim : 1));
    return new Tensor(build.broadcast(build.reshape(vector, along), shape));
  });
});

type WindowOp = Op<[x: TensorLike]>;

/** A number of points, which may come as a scalar tensor that is known now. */
function pointCount(name: string, x: TensorLike): number {
  return integerInput(name, isTensorBase(x) ? numberNow(name, x.value, "give x as a number") : x, "x", 0);
}

/** A window of `x` points as a function of the position from 0 to 1; the only point of a window of one is 1. */
/* @__NO_SIDE_EFFECTS__ */
function windowOp(name: string, body: (position: Value) => Value): WindowOp {
  return op(name, ["x"], (x: TensorLike) => {
    const count = pointCount(name, x);
    if (count <= 1) return new Tensor(build.full([count], 1, "float32"));
    return new Tensor(body(build.div(build.iota([count], 0, "float32"), count - 1)));
  });
}

function cosines(position: Value, ...amplitudes: readonly number[]): Value {
  return amplitudes
    .slice(1)
    .reduce<Value>(
      (sum, amplitude, i) => build.add(sum, build.mul(build.cos(build.mul(position, 2 * Math.PI * (i + 1))), amplitude)),
      build.full(position.shape, amplitudes[0] as number, "float32"),
    );
}

/**
 * The triangular window that ends in 0: [x].
 *
 * @example
 * ops.bartlett(5); // [0, 0.5, 1, 0.5, 0]
 */
export const bartlett: WindowOp = windowOp("bartlett", (t) => build.sub(1, build.abs(build.sub(build.mul(t, 2), 1))));

/**
 * The Blackman window: [x].
 *
 * `x` is the number of points; float32 from 0 to 1, highest in the middle.
 *
 * @throws ValueError when `x` is no integer of at least 0.
 *
 * @example
 * ops.blackman(5); // [0, 0.34, 1, 0.34, 0]
 */
export const blackman: WindowOp = windowOp("blackman", (t) => cosines(t, 0.42, -0.5, 0.08));

/**
 * The Hamming window: [x].
 *
 * @example
 * ops.hamming(4); // [0.08, 0.77, 0.77, 0.08]
 */
export const hamming: WindowOp = windowOp("hamming", (t) => cosines(t, 0.54, -0.46));

/**
 * The Hann window: [x].
 *
 * @example
 * ops.hanning(5); // [0, 0.5, 1, 0.5, 0]
 */
export const hanning: WindowOp = windowOp("hanning", (t) => cosines(t, 0.5, -0.5));

/**
 * The Kaiser window of shape parameter `beta`, a scalar: [x].
 *
 * @throws ShapeError when `beta` is no scalar; ValueError when `x` is no integer of at least 0.
 *
 * @example
 * ops.kaiser(3, 2); // [0.43868, 1, 0.43868]
 */
export const kaiser: Op<[x: TensorLike, beta: TensorLike]> = op("kaiser", ["x", "beta"], (x: TensorLike, beta: TensorLike) => {
  const shape = build.cast(realFloatInput("kaiser", beta, "beta"), "float32");
  if (shape.shape.length !== 0) throw new ShapeError(`[kaiser] beta must be a scalar: received ${formatAval(shape)}`);
  const count = pointCount("kaiser", x);
  if (count <= 1) return new Tensor(build.full([count], 1, "float32"));
  const t = build.sub(build.mul(build.iota([count], 0, "float32"), 2 / (count - 1)), 1);
  const root = build.sqrt(build.maximum(build.sub(1, build.mul(t, t)), 0));
  return new Tensor(build.div(besselI0(build.mul(root, shape)), besselI0(shape)));
});
