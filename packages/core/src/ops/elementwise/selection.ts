/** Choosing between elements: extremes of two, limits, conditions. */
import { isFloating } from "../../dtypes/dtype.ts";
import { ShapeError, ValueError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { boolInput, inputList, operands, toWideFloat } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";
import { binaryOp, type BinaryOp, refuseComplex, strongBinaryOp } from "./factories.ts";

/** Larger or smaller of two values of one dtype; NaN if either is. */
function extreme(name: string, which: "max" | "min", a: Value, b: Value): Value {
  refuseComplex(name, a.dtype);
  if (a.dtype === "bool") return which === "max" ? build.or(a, b) : build.and(a, b);
  return build.binary(which, a, b);
}

/**
 * The larger of two, elementwise; NaN if either is. Where they are equal the gradient goes to `x1`.
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @example
 * ops.maximum(tensor([1, 4]), tensor([3, 2])); // [3, 4]
 */
export const maximum: BinaryOp = binaryOp("maximum", (a, b) => extreme("maximum", "max", a, b));

/**
 * The smaller of two, elementwise; NaN if either is. Where they are equal the gradient goes to `x1`.
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @example
 * ops.minimum(tensor([1, 4]), tensor([3, 2])); // [1, 2]
 */
export const minimum: BinaryOp = binaryOp("minimum", (a, b) => extreme("minimum", "min", a, b));

/** The extreme of two, a number winning over NaN. */
function extremeNumber(name: string, which: "max" | "min", a: Value, b: Value): Value {
  if (!isFloating(a.dtype)) return extreme(name, which, a, b);
  const aIsNumber = build.eq(a, a);
  const bIsNumber = build.eq(b, b);
  return extreme(name, which, build.select(aIsNumber, a, b), build.select(bIsNumber, b, a));
}

/**
 * The larger of two, elementwise; a number wins over NaN.
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @example
 * ops.fmax(tensor([1, NaN]), 0); // [1, 0]
 */
export const fmax: BinaryOp = binaryOp("fmax", (a, b) => extremeNumber("fmax", "max", a, b));

/**
 * The smaller of two, elementwise; a number wins over NaN.
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @example
 * ops.fmin(tensor([1, NaN]), 2); // [1, 2]
 */
export const fmin: BinaryOp = binaryOp("fmin", (a, b) => extremeNumber("fmin", "min", a, b));

/**
 * `x` limited to [`xMin`, `xMax`], which broadcast. bool counts as int32. The gradient passes inside the limits and at them.
 * @example
 * ops.clip(tensor([-2, 0.5, 9]), 0, 1) // [0, 0.5, 1]
 */
export const clip: Op<[x: TensorLike, xMin: TensorLike, xMax: TensorLike]> = op(
  "clip",
  ["x", "xMin", "xMax"],
  (x: TensorLike, xMin: TensorLike, xMax: TensorLike) => {
    const [value, low, high] = operands("clip", [x, xMin, xMax], ["x", "xMin", "xMax"]) as [Value, Value, Value];
    refuseComplex("clip", value.dtype);
    if (value.dtype !== "bool") return new Tensor(build.minimum(build.maximum(value, low), high));
    const [a, b, c] = [value, low, high].map((part) => build.cast(part, "int32")) as [Value, Value, Value];
    return new Tensor(build.minimum(build.maximum(a, b), c));
  },
);

/**
 * `x1` where the condition holds, else `x2`. The shapes of all three broadcast; a condition that is not bool is true where it is not 0.
 * Gradients flow into what was chosen only.
 *
 * @throws ValueError when `x1` or `x2` is missing: for the indices of true elements use nonzero. ShapeError when the shapes do not
 * broadcast.
 *
 * @example
 * ops.where(tensor([true, false]), tensor([1, 2]), 0); // [1, 0]
 */
export const where: Op<[condition: TensorLike, x1: TensorLike, x2: TensorLike]> = op(
  "where",
  ["condition", "x1", "x2"],
  (condition: TensorLike, x1: TensorLike, x2: TensorLike) => {
    if (x1 === undefined || x2 === undefined) {
      throw new ValueError("[where] needs x1 and x2: where(condition, x1, x2); for the indices of true elements use ops.nonzero(x)");
    }
    const [a, b] = operands("where", [x1, x2]) as [Value, Value];
    return new Tensor(build.select(boolInput("where", condition, "condition"), a, b));
  },
);

/**
 * For each element the choice of the first condition that holds, else `default`. The shapes of conditions, choices and default broadcast;
 * the dtypes of choices and default promote as those of {@link where} (Keras on TensorFlow alone promotes them as NumPy does).
 *
 * @param options `default`: default 0.
 *
 * @throws ShapeError when there is not one choice a condition, or shapes do not broadcast; ValueError for empty lists.
 *
 * @example
 * ops.select([tensor([true, false])], [tensor([1, 2])], { default: 0 }); // [1, 0]
 */
export const select: Op<[condlist: readonly TensorLike[], choicelist: readonly TensorLike[], options?: { readonly default?: TensorLike }]> =
  op(
    "select",
    ["condlist", "choicelist"],
    (condlist: readonly TensorLike[], choicelist: readonly TensorLike[], options: { readonly default?: TensorLike } = {}) => {
      const conditions = inputList("select", condlist, "condlist").map((c, i) => boolInput("select", c, `condlist[${i}]`));
      if (inputList("select", choicelist, "choicelist").length !== conditions.length) {
        throw new ShapeError(
          `[select] needs one choice a condition: received ${conditions.length} conditions and ${choicelist.length} choices`,
        );
      }
      const values = operands("select", [options.default ?? 0, ...choicelist]);
      const fallback = values[0] as Value;
      return new Tensor(conditions.reduceRight((rest, condition, i) => build.select(condition, values[i + 1] as Value, rest), fallback));
    },
  );

/**
 * 0 where `x1 < 0`, `x2` where it is 0, 1 above. NaN stays NaN. Integers give float32.
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @throws DTypeError for complex numbers; ShapeError when the shapes do not broadcast.
 *
 * @example
 * ops.heaviside(tensor([-1, 0, 2]), 0.5); // [0, 0.5, 1]
 */
export const heaviside: BinaryOp = strongBinaryOp("heaviside", (x1, x2) => {
  refuseComplex("heaviside", x1.dtype);
  const [a, b] = [toWideFloat(x1), toWideFloat(x2)];
  const step = build.select(build.lt(a, 0), 0, build.select(build.lt(build.constant(0, a.dtype), a), build.onesLike(a), a));
  return build.select(build.eq(a, 0), b, step);
});

/**
 * Where `x` is above the threshold `x`, else `defaultValue`.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.threshold(tensor([0.5, 2]), 1, 0); // [0, 2]
 */
export const threshold: Op<[x: TensorLike, threshold: TensorLike, defaultValue: TensorLike]> = op(
  "threshold",
  ["x", "threshold", "defaultValue"],
  (x: TensorLike, limit: TensorLike, defaultValue: TensorLike) => {
    const [value, low, other] = operands("threshold", [x, limit, defaultValue], ["x", "threshold", "defaultValue"]) as [
      Value,
      Value,
      Value,
    ];
    return new Tensor(build.select(build.lt(low, value), value, other));
  },
);
