import { field, type Field, type KerasIdentity, ops, optionsOf, ShapeError, type Tensor } from "@neurite/core";
import { Layer, type LayerOptions } from "../core/layer.ts";

/**
 * Gives each sample another shape: [batch, …] → [batch, ...targetShape].
 *
 * @example
 * new Reshape([28, 28, 1])(x); // [batch, 784] → [batch, 28, 28, 1]
 */
export class Reshape extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "Reshape" };
  static override readonly fields: readonly Field[] = [field.shape("targetShape", { inferred: true })];
  /** Shape of one sample; -1 once, for what is left. */
  declare readonly targetShape: readonly number[];

  constructor(targetShape: readonly number[], options: LayerOptions = {}) {
    super({ targetShape, ...optionsOf("Reshape", options) } as LayerOptions);
    this.built = true;
  }

  /** @throws ShapeError when a sample has another number of elements. */
  override call(inputs: Tensor): Tensor {
    const size = inputs.shape.slice(1).reduce((product, dim) => product * dim, 1);
    const known = this.targetShape.reduce((product, dim) => (dim === -1 ? product : product * dim), 1);
    const inferred = this.targetShape.includes(-1);
    if (inferred ? size % known !== 0 : size !== known) {
      if (!Number.isNaN(size))
        throw new ShapeError(`[Reshape] ${size} elements of a sample do not fill shape [${this.targetShape}]: input [${inputs.shape}]`);
    }
    return ops.reshape(inputs, [inputs.shape[0] as number, ...this.targetShape.map((dim) => (dim === -1 ? size / known : dim))]);
  }
}
