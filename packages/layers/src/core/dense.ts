import {
  field,
  type Field,
  type KerasIdentity,
  ops,
  optionsOf,
  ShapeError,
  type SymbolicShape,
  type Tensor,
  ValueError,
  type Variable,
} from "@neurite/core";
import { Float8Products } from "../quantization/float8.ts";
import { GroupedKernel } from "../quantization/grouped-kernel.ts";
import { QuantizedMatrix, quantizedProduct, roundsInputs } from "../quantization/quantized-matrix.ts";
import { GroupedDTypePolicy, QuantizedDTypePolicy, QuantizedFloat8DTypePolicy } from "../quantization/quantized-policy.ts";
import { isTraining } from "./call-context.ts";
import { layerField } from "./fields.ts";
import { InputSpec, type InputSpecTree } from "./input-spec.ts";
import { kernelFields, KernelLayer, type KernelLayerOptions } from "./kernel-layer.ts";
import type { LayerOptions } from "./layer.ts";
import { loraFields } from "./low-rank.ts";

/** Options of {@link Dense}. */
export interface DenseOptions extends LayerOptions, KernelLayerOptions {}

/**
 * A fully connected layer: `activation(x · kernel + bias)`.
 *
 * Input [batch, …, features], output [batch, …, units]. Weights: kernel [features, units], bias [units].
 *
 * @example
 * const y = new Dense(30, { activation: "relu", kernelInitializer: "he_normal" })(x);
 */
export class Dense extends KernelLayer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "Dense" };
  static override readonly fields: readonly Field[] = [
    field.integer("units", { min: 1 }),
    layerField.activation("activation", { default: null }),
    field.boolean("useBias", { default: true }),
    ...kernelFields,
    field.json("quantizationConfig", { default: null }),
    ...loraFields,
  ];

  /** Size of the last axis of the output. */
  declare readonly units: number;
  declare readonly useBias: boolean;
  declare readonly quantizationConfig: unknown;
  override inputSpec: InputSpecTree = new InputSpec({ minNdim: 2 });
  /** The kernel, with a {@link QuantizedDTypePolicy} of int8 or int4; else null. */
  quantizedKernel: QuantizedMatrix | null = null;
  /** The kernel, with the policy of GPTQ or AWQ; else null. */
  groupedKernel: GroupedKernel | null = null;

  /** Products in float8, with a {@link QuantizedFloat8DTypePolicy}; else null. */
  float8: Float8Products | null = null;

  /** @throws ValueError unless `units` is a positive integer. */
  constructor(units: number, options: DenseOptions = {}) {
    super({ units, ...optionsOf("Dense", options) } as LayerOptions);
  }

  /** @throws ShapeError when the number of features is not known. */
  override build(inputShape: SymbolicShape): void {
    const features = inputShape.at(-1) ?? null;
    if (features === null)
      throw new ShapeError(`[Dense] the last axis of the input must be known: got shape [${inputShape.map((dim) => dim ?? "?")}]`);
    this.inputSpec = new InputSpec({ minNdim: 2, axes: { [-1]: features } });
    const { ownPolicy } = this;
    const isFloat8 = ownPolicy instanceof QuantizedFloat8DTypePolicy;
    if (ownPolicy instanceof GroupedDTypePolicy) {
      this.groupedKernel = new GroupedKernel(this, [features, this.units], ownPolicy);
    } else if (ownPolicy instanceof QuantizedDTypePolicy && !isFloat8) {
      this.quantizedKernel = new QuantizedMatrix(this, "kernel", [features, this.units], "columns", ownPolicy);
    } else this.addKernel([features, this.units]);
    if (this.useBias) this.addBias([this.units]);
    if (isFloat8) this.float8 = new Float8Products(this, ownPolicy);
    this.beginLora();
  }

  /** @throws ValueError for kernels of GPTQ, AWQ and float8. */
  protected override get loraTarget(): { readonly weight: Variable | undefined; readonly shape?: readonly number[] } {
    if (this.groupedKernel !== null || this.float8 !== null)
      throw new ValueError(`[enableLora] kernels of GPTQ, AWQ and float8 have no updates: got ${this.toString()}`);
    return this.quantizedKernel === null ? super.loraTarget : { weight: this.quantizedKernel.values, shape: this.quantizedKernel.shape };
  }

  /** What files hold: the kernel with the update in it. */
  override get storedWeights(): readonly Variable[] {
    const bias = this.bias === null ? [] : [this.bias];
    if (this.float8 !== null) return [this.kernel, ...bias, ...this.float8.parameters];
    if (this.groupedKernel !== null) return [...bias, ...this.groupedKernel.parameters];
    if (this.quantizedKernel !== null) return [this.quantizedKernel.values, ...bias, ...this.quantizedKernel.parameters];
    return super.storedWeights;
  }

  override call(inputs: Tensor): Tensor {
    const { float8, bias } = this;
    if (float8 !== null) {
      const [kernel, offset] = [this.autocast(this.kernel), bias === null ? null : this.autocast(bias)];
      return this.activation(float8.compute(inputs, kernel, offset, isTraining(), (x, w) => ops.matmul(x, w)));
    }
    const product = this.#product(inputs);
    return this.activation(this.bias === null ? product : ops.add(product, this.autocast(this.bias)));
  }

  #product(inputs: Tensor): Tensor {
    const quantized = this.quantizedKernel;
    if (quantized !== null) {
      const product = quantizedProduct(inputs, quantized, roundsInputs(this.quantizationConfig, quantized.mode), isTraining());
      return this.withUpdate(product, (a) => ops.matmul(inputs, a));
    }
    const kernel = this.groupedKernel === null ? this.effectiveKernel() : ops.cast(this.groupedKernel.dequantized(), inputs.dtype);
    return ops.matmul(inputs, kernel);
  }
}
