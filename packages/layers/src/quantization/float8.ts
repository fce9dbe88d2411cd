import { type AnyTensor, customGradient, ops, type Tensor, type Variable } from "@neurite/core";
import type { Layer } from "../core/layer.ts";
import type { QuantizedFloat8DTypePolicy } from "./quantized-policy.ts";

/** A format of 8 bits. */
interface Format {
  /** The largest number. */
  readonly max: number;
  /** Bits behind the leading one. */
  readonly mantissa: number;
  /** The smallest exponent of numbers with a leading one. */
  readonly lowest: number;
}

/** For values, and for gradients, which need more range. (Micikevicius et al., 2022, https://arxiv.org/abs/2209.05433) */
const e4m3: Format = { max: 448, mantissa: 3, lowest: -6 };
const e5m2: Format = { max: 57344, mantissa: 2, lowest: -14 };

/** The nearest numbers of a format, float32; of two as near the even one. What is too large becomes the largest. */
function nearest(x: Tensor, { max, mantissa, lowest }: Format): Tensor {
  const clipped = ops.clip(ops.cast(x, "float32"), -max, max);
  // The bits of the exponent alone are the largest power of two that is not above a number.
  const power = ops.view(ops.bitwiseAnd(ops.view(ops.abs(clipped), { dtype: "int32" }), 0x7f800000), { dtype: "float32" });
  const step = ops.multiply(ops.maximum(power, 2 ** lowest), 2 ** -mantissa);
  return ops.multiply(ops.round(ops.divide(clipped, step)), step);
}

/** `x` as it comes back from a format of 8 bits in which it was divided by `scale`. */
function rounded(x: Tensor, scale: AnyTensor, format: Format): Tensor {
  const factor = ops.cast(scale, x.dtype);
  return ops.multiply(ops.cast(nearest(ops.divide(x, factor), format), x.dtype), factor) as Tensor;
}

/** A scale by which the largest of the last numbers becomes the largest of the format; the one before where there is none such. */
function nextScale(scale: Tensor, history: Tensor, { max }: Format): Tensor {
  const largest = ops.max(history);
  const usable = ops.logicalAnd(ops.greater(largest, 0), ops.isfinite(largest));
  return ops.where(usable, ops.divide(largest, max), scale);
}

/** The largest number of `x` in the place of the oldest. */
function nextHistory(x: Tensor, history: Tensor): Tensor {
  const largest = ops.cast(ops.reshape(ops.max(ops.abs(x)), [1]), history.dtype);
  const rest = ops.slice(ops.roll(history, -1), [1], [(history.shape[0] as number) - 1]);
  return ops.concatenate([largest, rest]);
}

/** A scale, and the largest numbers of the last steps. Their "gradients" are their next values, which optimizers set. */
class Scaling {
  readonly scale: Variable;
  readonly history: Variable;
  readonly #format: Format;

  constructor(layer: Layer, name: string, length: number, format: Format) {
    const options = { dtype: "float32", autocast: false, overwriteWithGradient: true } as const;
    this.#format = format;
    this.scale = layer.addWeight({ ...options, name: `${name}_scale`, shape: [], initializer: "ones" });
    this.history = layer.addWeight({ ...options, name: `${name}_amax_history`, shape: [length], initializer: "zeros" });
  }

  /** A value rounded, with the gradient of what it was. */
  value(x: AnyTensor, training: boolean): Tensor {
    const round = customGradient((z: Tensor, scale: Tensor, history: Tensor) => ({
      value: rounded(z, scale, this.#format),
      gradient: (upstream) => [
        upstream,
        training ? nextScale(scale, history, this.#format) : null,
        training ? nextHistory(z, history) : null,
      ],
    }));
    return round(x, this.scale, this.history);
  }

  /** A value as it is, with its gradient rounded. */
  gradient(x: Tensor): Tensor {
    const round = customGradient((z: Tensor, scale: Tensor, history: Tensor) => ({
      value: z,
      gradient: (upstream) => [
        rounded(upstream, scale, this.#format),
        nextScale(scale, history, this.#format),
        nextHistory(upstream, history),
      ],
    }));
    return round(x, this.scale, this.history);
  }
}

/**
 * Products in float8, as Keras computes them: inputs and kernel rounded to 4 bits of exponent and 3 of mantissa, gradients of results to 5 and 2.
 * Scales follow the largest numbers of past steps.
 */
export class Float8Products {
  readonly #inputs: Scaling;
  readonly #kernel: Scaling;
  readonly #gradients: Scaling;

  constructor(layer: Layer, { amaxHistoryLength: length }: QuantizedFloat8DTypePolicy) {
    this.#inputs = new Scaling(layer, "inputs", length, e4m3);
    this.#kernel = new Scaling(layer, "kernel", length, e4m3);
    this.#gradients = new Scaling(layer, "outputs_grad", length, e5m2);
  }

  /** Scales and histories, in the order files hold them. */
  get parameters(): readonly Variable[] {
    return [this.#inputs, this.#kernel, this.#gradients].flatMap(({ scale, history }) => [scale, history]);
  }

  /** `multiply` of what is left of inputs and kernel, with the bias, which is rounded to bfloat16 beside float32. */
  compute(
    inputs: Tensor,
    kernel: AnyTensor,
    bias: AnyTensor | null,
    training: boolean,
    multiply: (x: Tensor, w: Tensor) => Tensor,
  ): Tensor {
    const product = multiply(this.#inputs.value(inputs, training), this.#kernel.value(kernel, training));
    const result = this.#gradients.gradient(product);
    if (bias === null) return result;
    return ops.add(result, result.dtype === "float32" ? ops.cast(ops.cast(bias, "bfloat16"), "float32") : bias) as Tensor;
  }
}
