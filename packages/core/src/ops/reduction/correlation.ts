/** Correlations. */
import { isComplex } from "../../dtypes/dtype.ts";
import { ShapeError, ValueError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { formatAval, formatAvals } from "../../shapes/format.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { describe, floatInput, pair, toWideFloat } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";
import { meanOf } from "./sums.ts";

/**
 * Pearson's correlation of each two rows: [variables, samples] → [variables, variables].
 *
 * @throws ShapeError when `x` has more than two axes.
 *
 * @example
 * ops.corrcoef(tensor([[1, 2, 3], [3, 2, 1]])); // [[1, -1], [-1, 1]]
 */
export const corrcoef: Op<[x: TensorLike]> = op("corrcoef", ["x"], (x: TensorLike) => {
  const given = floatInput("corrcoef", x);
  const value = given.shape.length < 2 ? build.reshape(given, [1, given.shape[0] ?? 1]) : given;
  if (value.shape.length !== 2) throw new ShapeError(`[corrcoef] x must be [variables, samples]: received ${formatAval(value)}`);
  const centred = build.sub(value, meanOf(value, [1], true));
  const products = build.dot(centred, build.conj(build.matrixTranspose(centred)));
  const variances = build.sum(build.mul(centred, build.conj(centred)), [1]);
  const n = value.shape[0] as number;
  const scale = build.sqrt(variances);
  const result = build.div(build.div(products, build.reshape(scale, [n, 1])), scale);
  const within = (part: Value): Value => build.minimum(build.maximum(part, -1), 1);
  const limited = isComplex(result.dtype) ? build.complex(within(build.real(result)), within(build.imag(result))) : within(result);
  return new Tensor(given.shape.length < 2 ? build.reshape(limited, []) : limited);
});

/** How far the second vector may slide over the ends of the first. */
export type CorrelateMode = "valid" | "same" | "full";

/**
 * The sliding dot product of two vectors [n] and [m], n ≥ m or the other way round: "valid" gives [n - m + 1], "same" [n], "full" [n + m
 * - 1]. Integers give float32, int64
 * float64.
 *
 * @param options `mode`: "valid" (default) only where they overlap fully, "same" as long as the longer one, "full" every overlap.
 *
 * @throws ShapeError unless both are vectors; ValueError for another mode.
 *
 * @example
 * ops.correlate(tensor([1, 2, 3]), tensor([0, 1, 0.5])); // [3.5]
 */
export const correlate: Op<[x1: TensorLike, x2: TensorLike, options?: { readonly mode?: CorrelateMode }]> = op(
  "correlate",
  ["x1", "x2"],
  (x1: TensorLike, x2: TensorLike, options: { readonly mode?: CorrelateMode } = {}) => {
    const [a, b] = pair("correlate", x1, x2).map(toWideFloat) as [Value, Value];
    if (a.shape.length !== 1 || b.shape.length !== 1)
      throw new ShapeError(`[correlate] operands must be vectors: received ${formatAvals([a, b])}`);
    const { mode = "valid" } = options;
    if (!["valid", "same", "full"].includes(mode))
      throw new ValueError(`[correlate] mode must be "valid", "same" or "full": received ${describe(mode)}`);
    const [n, m] = [a.shape[0] as number, b.shape[0] as number];
    // The shorter one is the window; exchanging the two reverses the result.
    const swapped = m > n;
    const [long, window] = swapped ? [b, a] : [a, b];
    const size = Math.min(n, m);
    const low = mode === "valid" ? 0 : mode === "full" ? size - 1 : Math.floor(size / 2);
    const high = mode === "valid" ? 0 : mode === "full" ? size - 1 : size - 1 - Math.floor(size / 2);
    const product = build.conv(build.reshape(long, [1, 1, Math.max(n, m), 1]), build.reshape(build.conj(window), [1, size, 1, 1]), {
      strides: [1],
      padding: [[low, high]],
      lhsDilation: [1],
      rhsDilation: [1],
    });
    const flat: Value = build.reshape(product, [product.shape[2] as number]);
    return new Tensor(swapped ? build.flip(flat, [0]) : flat);
  },
);
