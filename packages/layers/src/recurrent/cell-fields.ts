/** Options that recurrent cells and the layers made of them share. */
import { field, type Field } from "@neurite/core";
import type { ActivationLike } from "../activations/index.ts";
import type { ConstraintLike } from "../constraints/index.ts";
import { layerField } from "../core/fields.ts";
import type { LayerOptions } from "../core/layer.ts";
import type { InitializerLike } from "../initializers/index.ts";
import type { RegularizerLike } from "../regularizers/index.ts";

/** Options that the cells of recurrent layers share. */
export interface CellOptions extends LayerOptions {
  /** Of the output. Default "tanh". */
  readonly activation?: ActivationLike | null;
  /** Default true. */
  readonly useBias?: boolean;
  /** Of the weights of the inputs. Default "glorot_uniform". */
  readonly kernelInitializer?: InitializerLike;
  /** Of the weights of the states. Default "orthogonal". */
  readonly recurrentInitializer?: InitializerLike;
  /** Default "zeros". */
  readonly biasInitializer?: InitializerLike;
  readonly kernelRegularizer?: RegularizerLike | null;
  readonly recurrentRegularizer?: RegularizerLike | null;
  readonly biasRegularizer?: RegularizerLike | null;
  readonly kernelConstraint?: ConstraintLike | null;
  readonly recurrentConstraint?: ConstraintLike | null;
  readonly biasConstraint?: ConstraintLike | null;
  /** Fraction of the inputs dropped in training, 0 to 1; the same features at each step. Default 0. */
  readonly dropout?: number;
  /** Fraction of the states dropped in training, 0 to 1; the same units at each step. Default 0. */
  readonly recurrentDropout?: number;
  /** Makes the dropped ones the same in every run. Default null. */
  readonly seed?: number | null;
}

/** Options of cells with gates. */
export interface GatedCellOptions extends CellOptions {
  /** Of the gates. Default "sigmoid". */
  readonly recurrentActivation?: ActivationLike | null;
}

const activation: Field = layerField.activation("activation", { default: "tanh" });
const gate: Field = layerField.activation("recurrentActivation", { default: "sigmoid" });
const initializers: readonly Field[] = [
  field.boolean("useBias", { default: true }),
  layerField.initializer("kernelInitializer", { default: "glorot_uniform" }),
  layerField.initializer("recurrentInitializer", { default: "orthogonal" }),
  layerField.initializer("biasInitializer", { default: "zeros" }),
];
const regularizers: readonly Field[] = ["kernelRegularizer", "recurrentRegularizer", "biasRegularizer"].map((name) =>
  layerField.regularizer(name),
);
const constraints: readonly Field[] = ["kernelConstraint", "recurrentConstraint", "biasConstraint"].map((name) =>
  layerField.constraint(name),
);
const dropout: readonly Field[] = [
  field.number("dropout", { default: 0, min: 0, max: 1 }),
  field.number("recurrentDropout", { default: 0, min: 0, max: 1 }),
];
const seed: Field = field.integer("seed", { default: null });

/** The fields of a cell, or with `ofLayer` of the layer made of it, in Keras's order. */
export function cellFields(kind: "simple" | "lstm" | "gru", ofLayer: boolean): Field[] {
  const forget = kind === "lstm" ? [field.boolean("unitForgetBias", { default: true })] : [];
  const reset = kind === "gru" ? [field.boolean("resetAfter", { default: true })] : [];
  return [
    activation,
    ...(kind === "simple" ? [] : [gate]),
    ...initializers,
    ...forget,
    ...regularizers,
    ...(ofLayer ? [layerField.regularizer("activityRegularizer")] : []),
    ...constraints,
    ...dropout,
    ...reset,
    kind === "simple" && ofLayer ? field.integer("seed", { default: null, omitted: "always" }) : seed,
  ];
}
