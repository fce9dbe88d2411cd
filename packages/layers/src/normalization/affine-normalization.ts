import { field, type Field, ShapeError, type SymbolicShape, type Variable } from "@neurite/core";
import type { ConstraintLike } from "../constraints/index.ts";
import { Layer, type LayerOptions } from "../core/layer.ts";
import { weightFields, type WeightSettings, weightSettings } from "../core/weight-fields.ts";
import type { InitializerLike } from "../initializers/index.ts";
import type { RegularizerLike } from "../regularizers/index.ts";

/** Options of a learned scale and offset after normalization. */
export interface AffineOptions extends LayerOptions {
  /** Added to the variance. Default 0.001. */
  readonly epsilon?: number;
  /** Adds a learned offset, beta. Default true. */
  readonly center?: boolean;
  /** Multiplies by a learned scale, gamma. Default true. */
  readonly scale?: boolean;
  /** Default "zeros". */
  readonly betaInitializer?: InitializerLike;
  /** Default "ones". */
  readonly gammaInitializer?: InitializerLike;
  readonly betaRegularizer?: RegularizerLike | null;
  readonly gammaRegularizer?: RegularizerLike | null;
  readonly betaConstraint?: ConstraintLike | null;
  readonly gammaConstraint?: ConstraintLike | null;
}

/** The fields of {@link AffineOptions}. */
export const affineFields: readonly Field[] = [
  field.number("epsilon", { default: 0.001, min: 0 }),
  field.boolean("center", { default: true }),
  field.boolean("scale", { default: true }),
  ...weightFields({ beta: "zeros", gamma: "ones" }),
];

export interface AffineNormalization extends WeightSettings<"beta" | "gamma"> {}

/** Base of the layers that normalize, then scale and shift by learned numbers. */
export abstract class AffineNormalization extends Layer {
  declare readonly epsilon: number;
  declare readonly center: boolean;
  declare readonly scale: boolean;
  gamma: Variable | null = null;
  beta: Variable | null = null;

  /** Makes gamma and beta, by default as far as the options want them. */
  protected addAffine(shape: readonly number[], { scale, center }: { readonly scale: boolean; readonly center: boolean } = this): void {
    if (scale) this.gamma = this.addWeight({ name: "gamma", shape, ...weightSettings<"gamma">(this, "gamma") });
    if (center) this.beta = this.addWeight({ name: "beta", shape, ...weightSettings<"beta">(this, "beta") });
  }

  /** The size of an axis of the input; throws a ShapeError where it is not known. */
  protected knownSize(inputShape: SymbolicShape, axis: number): number {
    const size = inputShape.at(axis);
    if (typeof size === "number") return size;
    throw new ShapeError(`[${this.className}] axis ${axis} of the input must be known: got shape [${inputShape.map((dim) => dim ?? "?")}]`);
  }
}
