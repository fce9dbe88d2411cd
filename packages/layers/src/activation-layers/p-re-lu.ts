import { type Field, field, type KerasIdentity, ops, ShapeError, type SymbolicShape, type Tensor, type Variable } from "@neurite/core";
import type { ConstraintFunction, ConstraintLike } from "../constraints/index.ts";
import type { InitializerFunction, InitializerLike } from "../initializers/index.ts";
import type { RegularizerFunction, RegularizerLike } from "../regularizers/index.ts";
import { layerField } from "../core/fields.ts";
import { InputSpec } from "../core/input-spec.ts";
import { Layer, type LayerOptions } from "../core/layer.ts";

/** Options of {@link PReLU}. */
export interface PReLUOptions extends LayerOptions {
  /** Default "zeros". */
  readonly alphaInitializer?: InitializerLike;
  readonly alphaRegularizer?: RegularizerLike | null;
  readonly alphaConstraint?: ConstraintLike | null;
  /** Axes along which alpha is the same: [1, 2] for images gives one for each channel. Default null. */
  readonly sharedAxes?: readonly number[] | null;
}

/**
 * `x` above 0, `alpha · x` below, with a learned alpha for each feature. (He et al., 2015, https://arxiv.org/abs/1502.01852)
 *
 * Weights: alpha, of the shape of a sample with size 1 along `sharedAxes`.
 *
 * @example
 * new PReLU()(tensor([[-1, 2]])); // [[0, 2]]
 */
export class PReLU extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "PReLU" };
  static override readonly fields: readonly Field[] = [
    layerField.initializer("alphaInitializer", { default: "zeros" }),
    layerField.regularizer("alphaRegularizer"),
    layerField.constraint("alphaConstraint"),
    field.numbers("sharedAxes", { default: null }),
  ];
  declare readonly alphaInitializer: InitializerFunction;
  declare readonly alphaRegularizer: RegularizerFunction | null;
  declare readonly alphaConstraint: ConstraintFunction | null;
  declare readonly sharedAxes: readonly number[] | null;
  alpha!: Variable;

  constructor(options: PReLUOptions = {}) {
    super(options);
  }

  /** @throws ShapeError when a size is not known along an axis that is not shared. */
  override build(inputShape: SymbolicShape): void {
    const shape = inputShape.slice(1).map((dim, i) => {
      if (this.sharedAxes?.includes(i + 1)) return 1;
      if (dim === null)
        throw new ShapeError(
          `[PReLU] axis ${i + 1} of the input must be known, or shared: got shape [${inputShape.map((size) => size ?? "?")}]`,
        );
      return dim;
    });
    const axes = Object.fromEntries(inputShape.map((size, axis) => [axis, axis === 0 || this.sharedAxes?.includes(axis) ? null : size]));
    this.inputSpec = new InputSpec({ ndim: inputShape.length, axes });
    this.alpha = this.addWeight({
      name: "alpha",
      shape,
      initializer: this.alphaInitializer,
      regularizer: this.alphaRegularizer,
      constraint: this.alphaConstraint,
    });
  }

  override call(inputs: Tensor): Tensor {
    const below = ops.multiply(this.autocast(this.alpha), ops.relu(ops.negative(inputs)));
    return ops.subtract(ops.relu(inputs), below);
  }
}
