import { type Field, type KerasIdentity, ops, ShapeError, type SymbolicShape, type Tensor, type Variable } from "@neurite/core";
import { type ActivationFunction, type ActivationLike, Layer, layerField, type LayerOptions } from "@neurite/layers";

export interface GatedLinearUnitOptions extends LayerOptions {
  /** What the gate goes through. Default "sigmoid". */
  readonly gateActivation?: ActivationLike | null;
}

/**
 * A linear map that another one lets through: `(x · kernel) · gateActivation(x · gateKernel)`, the second product elementwise.
 * Input [batch, …, features], output [batch, …, units]. Dauphin et al., "Language Modeling with Gated Convolutional Networks", 2017.
 *
 * @example
 * const y = new GatedLinearUnit(30, { gateActivation: "silu" })(x);
 */
export class GatedLinearUnit extends Layer {
  // Without this line the class goes by its own name. With it, files name it as Keras names registered classes.
  static readonly keras: KerasIdentity = {
    module: null,
    className: "GatedLinearUnit",
    registeredName: "my_package>GatedLinearUnit",
  };
  // Checks, defaults, getConfig and fromConfig follow from the fields.
  static override readonly fields: readonly Field[] = [
    layerField.integer("units", { min: 1 }),
    layerField.activation("gateActivation", { default: "sigmoid" }),
  ];

  // `declare`: the base class has set them from the options, and a plain field would set them back.
  declare readonly units: number;
  declare readonly gateActivation: ActivationFunction;
  /** [features, units]; there once the layer is built. */
  kernel!: Variable;
  /** [features, units]; there once the layer is built. */
  gateKernel!: Variable;

  /** @throws ValueError unless `units` is a positive integer. */
  constructor(units: number, options: GatedLinearUnitOptions = {}) {
    super({ units, ...options } as LayerOptions);
  }

  /** @throws ShapeError when the number of features is not known. */
  override build(inputShape: SymbolicShape): void {
    const features = inputShape.at(-1) ?? null;
    if (features === null) throw new ShapeError("[GatedLinearUnit] the last axis of the input must be known");
    this.kernel = this.addWeight({ name: "kernel", shape: [features, this.units] });
    this.gateKernel = this.addWeight({ name: "gate_kernel", shape: [features, this.units] });
  }

  override call(inputs: Tensor): Tensor {
    const gate = this.gateActivation(ops.matmul(inputs, this.autocast(this.gateKernel)));
    return ops.multiply(ops.matmul(inputs, this.autocast(this.kernel)), gate);
  }
}
