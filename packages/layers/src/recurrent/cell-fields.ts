/** Options that recurrent cells and the layers made of them share. */
import { field, type Field, invalid } from "@neurite/core";
import type { ActivationLike } from "../activations/index.ts";
import type { ConstraintLike } from "../constraints/index.ts";
import { layerField } from "../core/fields.ts";
import type { KernelOptions } from "../core/kernel-layer.ts";
import type { LayerOptions } from "../core/layer.ts";
import { weightFields } from "../core/weight-fields.ts";
import type { InitializerLike } from "../initializers/index.ts";
import type { RegularizerLike } from "../regularizers/index.ts";

/** Options that the cells of recurrent layers share. */
export interface CellOptions extends LayerOptions, KernelOptions {
  /** Of the output. Default "tanh". */
  readonly activation?: ActivationLike | null;
  /** Of the weights of the states. Default "orthogonal". */
  readonly recurrentInitializer?: InitializerLike;
  readonly recurrentRegularizer?: RegularizerLike | null;
  readonly recurrentConstraint?: ConstraintLike | null;
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
const weights: readonly Field[] = weightFields({ kernel: "glorot_uniform", recurrent: "orthogonal", bias: "zeros" });
const dropout: readonly Field[] = [
  field.number("dropout", { default: 0, min: 0, max: 1 }),
  field.number("recurrentDropout", { default: 0, min: 0, max: 1 }),
];
const seed: Field = field.integer("seed", { default: null });

/** What layers of a gated cell may be asked for. */
export interface CudnnOptions {
  /** Kept for programs written for Keras: how the loop runs is the device's choice, so that it changes nothing. Default "auto". */
  readonly useCudnn?: boolean | "auto";
}

const cudnn: Field = field.object(
  "useCudnn",
  { expected: '"auto", true or false', resolve: (value) => (value === "auto" || typeof value === "boolean" ? value : invalid) },
  { default: "auto", omitted: "always" },
);

/** The fields of a cell, or with `ofLayer` of the layer made of it. */
export function cellFields(kind: "simple" | "lstm" | "gru", ofLayer: boolean): Field[] {
  const forget = kind === "lstm" ? [field.boolean("unitForgetBias", { default: true })] : [];
  const reset = kind === "gru" ? [field.boolean("resetAfter", { default: true })] : [];
  return [
    activation,
    ...(kind === "simple" ? [] : [gate]),
    field.boolean("useBias", { default: true }),
    ...weights,
    ...forget,
    ...(ofLayer ? [layerField.regularizer("activityRegularizer")] : []),
    ...dropout,
    ...reset,
    kind === "simple" && ofLayer ? field.integer("seed", { default: null, omitted: "always" }) : seed,
    ...(kind !== "simple" && ofLayer ? [cudnn] : []),
  ];
}
