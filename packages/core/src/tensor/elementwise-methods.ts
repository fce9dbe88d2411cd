/** Elementwise ops as methods of tensors and variables. */
import type { DType } from "../dtypes/dtype.ts";
import {
  abs,
  add,
  cast,
  clip,
  cos,
  divide,
  equal,
  exp,
  expm1,
  floor,
  floorDivide,
  greater,
  greaterEqual,
  isnan,
  less,
  lessEqual,
  log,
  log1p,
  logicalAnd,
  logicalNot,
  logicalOr,
  maximum,
  minimum,
  mod,
  multiply,
  negative,
  notEqual,
  power,
  reciprocal,
  round,
  rsqrt,
  sign,
  sin,
  sqrt,
  square,
  subtract,
  tanh,
  ceil,
} from "../ops/elementwise/index.ts";
import { relu, sigmoid, softmax, type SoftmaxOptions } from "../ops/nn/index.ts";
import { TensorBase } from "./base.ts";
import type { TensorLike } from "./create.ts";
import type { Tensor } from "./tensor.ts";

/** Arithmetic, comparisons and functions of single elements: each method is the op of that name with the tensor as its first argument. */
export abstract class ElementwiseMethods<out D extends DType = DType> extends TensorBase<D> {
  /** `this + x`. */
  add(x: TensorLike): Tensor {
    return add(this, x);
  }
  /** `this - x`. */
  sub(x: TensorLike): Tensor {
    return subtract(this, x);
  }
  /** `this · x`, elementwise. */
  mul(x: TensorLike): Tensor {
    return multiply(this, x);
  }
  /** `this / x`; integers give float32. */
  div(x: TensorLike): Tensor {
    return divide(this, x);
  }
  /** `this` to the power `x`. */
  pow(x: TensorLike): Tensor {
    return power(this, x);
  }
  /** The remainder of `this / x`, with the sign of `x`. */
  mod(x: TensorLike): Tensor {
    return mod(this, x);
  }
  /** The largest whole number not above `this / x`. */
  floorDiv(x: TensorLike): Tensor {
    return floorDivide(this, x);
  }
  /** `-this`. */
  neg(): Tensor {
    return negative(this);
  }
  /** The larger of `this` and `x`, elementwise. */
  maximum(x: TensorLike): Tensor {
    return maximum(this, x);
  }
  /** The smaller of `this` and `x`, elementwise. */
  minimum(x: TensorLike): Tensor {
    return minimum(this, x);
  }

  /** bool: where `this` equals `x`. */
  equal(x: TensorLike): Tensor {
    return equal(this, x);
  }
  /** bool: where `this` differs from `x`. */
  notEqual(x: TensorLike): Tensor {
    return notEqual(this, x);
  }
  /** bool: where `this < x`. */
  less(x: TensorLike): Tensor {
    return less(this, x);
  }
  /** bool: where `this ≤ x`. */
  lessEqual(x: TensorLike): Tensor {
    return lessEqual(this, x);
  }
  /** bool: where `this > x`. */
  greater(x: TensorLike): Tensor {
    return greater(this, x);
  }
  /** bool: where `this ≥ x`. */
  greaterEqual(x: TensorLike): Tensor {
    return greaterEqual(this, x);
  }
  /** bool: where both are not 0. */
  logicalAnd(x: TensorLike): Tensor {
    return logicalAnd(this, x);
  }
  /** bool: where one is not 0. */
  logicalOr(x: TensorLike): Tensor {
    return logicalOr(this, x);
  }
  /** bool: where `this` is 0. */
  logicalNot(): Tensor {
    return logicalNot(this);
  }
  /** bool: where `this` is NaN. */
  isnan(): Tensor {
    return isnan(this);
  }

  /** The absolute value. */
  abs(): Tensor {
    return abs(this);
  }
  /** -1, 0 or 1. */
  sign(): Tensor {
    return sign(this);
  }
  exp(): Tensor {
    return exp(this);
  }
  /** `exp(this) - 1`. */
  expm1(): Tensor {
    return expm1(this);
  }
  /** The natural logarithm. */
  log(): Tensor {
    return log(this);
  }
  /** `log(1 + this)`. */
  log1p(): Tensor {
    return log1p(this);
  }
  sqrt(): Tensor {
    return sqrt(this);
  }
  /** `1 / sqrt(this)`. */
  rsqrt(): Tensor {
    return rsqrt(this);
  }
  square(): Tensor {
    return square(this);
  }
  /** `1 / this`. */
  reciprocal(): Tensor {
    return reciprocal(this);
  }
  sin(): Tensor {
    return sin(this);
  }
  cos(): Tensor {
    return cos(this);
  }
  tanh(): Tensor {
    return tanh(this);
  }
  sigmoid(): Tensor {
    return sigmoid(this);
  }
  relu(): Tensor {
    return relu(this);
  }
  softmax(options?: SoftmaxOptions): Tensor {
    return softmax(this, options);
  }
  floor(): Tensor {
    return floor(this);
  }
  ceil(): Tensor {
    return ceil(this);
  }
  /** To the nearest number with so many decimals (default 0). */
  round(options?: { readonly decimals?: number }): Tensor {
    return round(this, options);
  }
  /** Limited to [low, high]. */
  clip(low: TensorLike, high: TensorLike): Tensor {
    return clip(this, low, high);
  }
  /** The same numbers as another dtype. */
  cast<T extends DType>(dtype: T): Tensor<T> {
    return cast(this, dtype);
  }
}
