import { type AnyTensor, anySymbolic, field, type Field, isTensor, maskOf, type Mask, ops, type Tensor, ValueError } from "@neurite/core";
import { withTraining } from "../core/call-context.ts";
import type { CallOptions, LayerOptions } from "../core/layer-options.ts";
import { EinsumDense, type EinsumDenseOptions } from "../core/einsum-dense.ts";
import { layerField } from "../core/fields.ts";
import { kernelFields, type KernelOptions } from "../core/kernel-layer.ts";
import { Layer } from "../core/layer.ts";
import { type ShapeTree, shapesOf } from "../core/shapes.ts";
import type { WeightSettings } from "../core/weight-fields.ts";
import { Dropout } from "../regularization/dropout.ts";
import { visibility, type VisibilityOptions } from "./masks.ts";

/** Options of {@link ProjectedAttention}. */
export interface ProjectedAttentionOptions extends LayerOptions, KernelOptions {
  /** Fraction of the attention weights dropped in training, 0 to 1. Default 0. */
  readonly dropout?: number;
  /** Multiplies what is attended to by a sigmoid of a projection of the queries. Default false. */
  readonly useGate?: boolean;
  /** A query sees keys less than so many places away alone. Default null: all. */
  readonly slidingWindow?: number | null;
  /** Kept for Keras: which kernel runs is the device's choice. */
  readonly flashAttention?: boolean | null;
  /** Makes the dropped weights the same in every run. Default null. */
  readonly seed?: number | null;
}

/** What may follow queries, values and keys. */
export interface AttentionCallOptions extends CallOptions, VisibilityOptions {
  /** In the place of the second argument. */
  readonly value?: AnyTensor;
  /** Default: the values. */
  readonly key?: AnyTensor | null;
  /** Gives [output, scores]. Default false. */
  readonly returnAttentionScores?: boolean;
}

/** The fields that layers of projected attention share, in two runs as Keras writes them. */
export const projectionFields: readonly Field[] = [
  ...kernelFields,
  layerField.regularizer("activityRegularizer"),
  field.integer("seed", { default: null }),
  field.json("flashAttention", { default: null, omitted: "always" }),
];

export interface ProjectedAttention extends WeightSettings<"kernel" | "bias"> {}

/**
 * Base of the layers that project queries [batch, targets, features], keys and values [batch, sources, features] before they attend:
 * {@link MultiHeadAttention} and {@link GroupedQueryAttention}.
 *
 * @example
 * const x = ops.ones([2, 3, 8]);
 * new MultiHeadAttention(2, 4)(x, x).shape; // [2, 3, 8]
 */
export abstract class ProjectedAttention extends Layer {
  declare readonly dropout: number;
  declare readonly useBias: boolean;
  declare readonly useGate: boolean;
  declare readonly slidingWindow: number | null;
  declare readonly seed: number | null;
  queryDense!: EinsumDense;
  keyDense!: EinsumDense;
  gateDense?: EinsumDense;
  valueDense!: EinsumDense;
  dropoutLayer!: Dropout;
  outputDense!: EinsumDense;

  /** What Keras calls layers inside, where files do not call them as the fields here are. */
  get storedNames(): Readonly<Record<string, string>> {
    return { gateDense: "_gate_dense", dropoutLayer: "_dropout_layer" };
  }

  /** A projection by an equation. */
  protected projection(
    name: string,
    equation: string,
    sizes: readonly (number | null)[],
    biasAxes: string,
    more: EinsumDenseOptions = {},
  ): EinsumDense {
    return new EinsumDense(equation, sizes, {
      name,
      biasAxes: this.useBias ? biasAxes : null,
      kernelInitializer: this.kernelInitializer,
      biasInitializer: this.biasInitializer,
      kernelRegularizer: this.kernelRegularizer,
      biasRegularizer: this.biasRegularizer,
      activityRegularizer: this.activityRegularizer,
      kernelConstraint: this.kernelConstraint,
      biasConstraint: this.biasConstraint,
      dtype: this.dtypePolicy,
      ...more,
    });
  }

  /** Makes the projections. Shapes as [batch, …, features]. */
  protected abstract buildProjections(
    query: readonly (number | null)[],
    value: readonly (number | null)[],
    key: readonly (number | null)[],
  ): void;

  /** The arguments of a call by what they are. */
  protected argumentsOf(args: readonly unknown[], options: AttentionCallOptions): { query: unknown; value: unknown; key: unknown } {
    const [query, value = options.value, key = options.key ?? null] = args;
    return { query, value, key };
  }

  protected override shapesByName(args: readonly unknown[], options: AttentionCallOptions): Readonly<Record<string, ShapeTree>> {
    const { query, value, key } = this.argumentsOf(args, options);
    if (!isTensor(query) || !isTensor(value))
      throw new ValueError(`[${this.className}] a query and a value are needed: call it as attention(query, value, { key })`);
    const shapes = { query_shape: shapesOf(query), value_shape: shapesOf(value) };
    return key === null ? shapes : { ...shapes, key_shape: shapesOf(key) };
  }

  override build(queryShape: readonly (number | null)[]): void {
    const { value_shape: value = queryShape, key_shape: key = value } = this.namedShapes ?? {};
    this.buildProjections(queryShape, value as readonly (number | null)[], (key ?? value) as readonly (number | null)[]);
    this.dropoutLayer = new Dropout(this.dropout, { seed: this.seed, dtype: this.dtypePolicy, name: "dropout" });
  }

  protected override maskOptions(args: readonly unknown[], options: AttentionCallOptions): Readonly<Record<string, unknown>> {
    // Graphs do not hold these masks: they are found again when the graph is run.
    if (anySymbolic(args, options)) return {};
    const { query, value, key } = this.argumentsOf(args, options);
    const found: Record<string, Mask> = {};
    const take = (name: "queryMask" | "valueMask" | "keyMask", x: unknown): void => {
      const mask = options[name] === undefined ? maskOf(x) : null;
      if (mask !== null) found[name] = mask;
    };
    take("queryMask", query);
    take("valueMask", value);
    if (key !== null) take("keyMask", key);
    return found;
  }

  /** What projected queries see: [output, scores]; scores are null where nobody wants them. */
  protected abstract attend(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    options: { readonly sees: Tensor | null; readonly wantsScores: boolean },
  ): readonly [Tensor, Tensor | null];

  /** @throws ValueError unless queries and values are given. */
  override call(query: Tensor, ...rest: unknown[]): Tensor | readonly [Tensor, Tensor] {
    const last = rest.at(-1);
    const options = (isTensor(last) || last === undefined ? {} : last) as AttentionCallOptions;
    const { value, key } = this.argumentsOf([query, ...rest.filter((argument) => argument !== options)], options) as { value: Tensor; key: Tensor | null }; // prettier-ignore
    const wantsScores = options.returnAttentionScores ?? false;
    const sees = visibility(options, query.shape[1] as number, value.shape[1] as number, this.slidingWindow);
    const project = (layer: EinsumDense, x: Tensor): Tensor => (layer as unknown as (x: Tensor) => Tensor)(x);
    const [mixed, scores] = this.attend(
      project(this.queryDense, query),
      project(this.keyDense, key ?? value),
      project(this.valueDense, value),
      { sees, wantsScores },
    );
    const gated = this.gateDense === undefined ? mixed : ops.multiply(mixed, project(this.gateDense, query));
    const output = project(this.outputDense, gated);
    return wantsScores ? [output, scores as Tensor] : output;
  }

  /** Attention weights with some dropped in training. */
  protected dropWeights(weights: Tensor): Tensor {
    return this.dropout > 0 ? withTraining(null, () => (this.dropoutLayer as unknown as (x: Tensor) => Tensor)(weights)) : weights;
  }
}
