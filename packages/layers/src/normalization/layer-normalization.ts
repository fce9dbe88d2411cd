import { field, type Field, type KerasIdentity, ops, ShapeError, type SymbolicShape, type Tensor, type Variable } from "@neurite/core";
import type { ConstraintFunction, ConstraintLike } from "../constraints/index.ts";
import { layerField } from "../core/fields.ts";
import { Layer, type LayerOptions } from "../core/layer.ts";
import type { InitializerFunction, InitializerLike } from "../initializers/index.ts";
import type { RegularizerFunction, RegularizerLike } from "../regularizers/index.ts";

/** Options of {@link LayerNormalization}. */
export interface LayerNormalizationOptions extends LayerOptions {
  /** Axes to normalize over. Default -1. */
  readonly axis?: number | readonly number[];
  /** Added to the variance. Default 0.001. */
  readonly epsilon?: number;
  /** Adds a learned offset, beta. Default true. */
  readonly center?: boolean;
  /** Multiplies by a learned scale, gamma. Default true. */
  readonly scale?: boolean;
  readonly betaInitializer?: InitializerLike;
  readonly gammaInitializer?: InitializerLike;
  readonly betaRegularizer?: RegularizerLike | null;
  readonly gammaRegularizer?: RegularizerLike | null;
  readonly betaConstraint?: ConstraintLike | null;
  readonly gammaConstraint?: ConstraintLike | null;
}

/**
 * Gives the features of each sample mean 0 and variance 1, the same way in training and inference. (Ba et al., 2016,
 * https://arxiv.org/abs/1607.06450)
 *
 * Output of the input's shape. Weights: gamma and beta, of the shape of the normalized axes.
 *
 * @example
 * new LayerNormalization()(tensor([[1, 3]])); // [[-0.9995, 0.9995]]
 */
export class LayerNormalization extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "LayerNormalization" };
  static override readonly fields: readonly Field[] = [
    field.axes("axis", { default: -1 }),
    field.number("epsilon", { default: 0.001, min: 0 }),
    field.boolean("center", { default: true }),
    field.boolean("scale", { default: true }),
    field.unsupported("rmsScaling", false),
    layerField.initializer("betaInitializer", { default: "zeros" }),
    layerField.initializer("gammaInitializer", { default: "ones" }),
    layerField.regularizer("betaRegularizer"),
    layerField.regularizer("gammaRegularizer"),
    layerField.constraint("betaConstraint"),
    layerField.constraint("gammaConstraint"),
  ];
  declare readonly axis: number | readonly number[];
  declare readonly epsilon: number;
  declare readonly center: boolean;
  declare readonly scale: boolean;
  declare readonly betaInitializer: InitializerFunction;
  declare readonly gammaInitializer: InitializerFunction;
  declare readonly betaRegularizer: RegularizerFunction | null;
  declare readonly gammaRegularizer: RegularizerFunction | null;
  declare readonly betaConstraint: ConstraintFunction | null;
  declare readonly gammaConstraint: ConstraintFunction | null;
  gamma: Variable | null = null;
  beta: Variable | null = null;

  constructor(options: LayerNormalizationOptions = {}) {
    super(options);
  }

  /** @throws ShapeError when a normalized axis is not known. */
  override build(inputShape: SymbolicShape): void {
    const axes = typeof this.axis === "number" ? [this.axis] : [...this.axis].sort((a, b) => a - b);
    (this as { axis: readonly number[] }).axis = axes; // as Keras writes it from here on
    const shape = axes.map((axis) => {
      const size = inputShape.at(axis);
      if (typeof size !== "number")
        throw new ShapeError(`[LayerNormalization] axis ${axis} of the input must be known: got [${inputShape.map((dim) => dim ?? "?")}]`);
      return size;
    });
    if (this.scale) {
      this.gamma = this.addWeight({
        name: "gamma",
        shape,
        initializer: this.gammaInitializer,
        regularizer: this.gammaRegularizer,
        constraint: this.gammaConstraint,
      });
    }
    if (this.center) {
      this.beta = this.addWeight({
        name: "beta",
        shape,
        initializer: this.betaInitializer,
        regularizer: this.betaRegularizer,
        constraint: this.betaConstraint,
      });
    }
  }

  override call(inputs: Tensor): Tensor {
    const { gamma, beta, axis, epsilon } = this;
    return ops.cast(ops.layerNormalization(inputs, { gamma, beta, axis, epsilon }), inputs.dtype);
  }
}
