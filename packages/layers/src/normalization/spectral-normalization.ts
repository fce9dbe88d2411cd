import { field, type Field, isVariable, type KerasIdentity, ops, type Tensor, ValueError, type Variable } from "@neurite/core";
import { isTraining } from "../core/call-context.ts";
import type { LayerOptions } from "../core/layer-options.ts";
import type { Layer } from "../core/layer.ts";
import type { ShapeTree } from "../core/shapes.ts";
import { TruncatedNormal } from "../initializers/truncated-normal.ts";
import { Wrapper } from "../wrappers/wrapper.ts";

/** Options of {@link SpectralNormalization}. */
export interface SpectralNormalizationOptions extends LayerOptions {
  /** Iterations toward the largest singular value, each time. Default 1. */
  readonly powerIterations?: number;
}

/**
 * Keeps the largest singular value of a layer's kernel near 1: in training the kernel is divided by it before each use. For the discriminators of
 * generative adversarial networks. (Miyato et al., 2018, https://arxiv.org/abs/1802.05957)
 *
 * Inputs and outputs have the shapes of those of the layer. As in Keras, outputs have the dtype of the inputs: give an `Embedding` ids as floats.
 *
 * @example
 * new SpectralNormalization(new Dense(4))(ops.ones([2, 3])).shape; // [2, 4]
 */
export class SpectralNormalization extends Wrapper {
  static override readonly keras: KerasIdentity = { module: "keras.layers", className: "SpectralNormalization" };
  static override readonly fields: readonly Field[] = [field.integer("powerIterations", { default: 1, min: 1 })];
  declare readonly powerIterations: number;
  /** [1, features]: near the first right singular vector. */
  vectorU!: Variable;
  #kernel: Variable | null = null;

  constructor(layer: Layer, options: SpectralNormalizationOptions = {}) {
    super(layer, options);
  }

  /** @throws ValueError for a layer without kernel or embeddings. */
  override build(inputShape: ShapeTree): void {
    super.build(inputShape);
    const { kernel, embeddings } = this.layer as unknown as { kernel?: unknown; embeddings?: unknown };
    const weight = kernel ?? embeddings;
    if (!isVariable(weight)) throw new ValueError(`[SpectralNormalization] ${this.layer.toString()} has neither kernel nor embeddings`);
    this.#kernel = weight;
    this.vectorU = this.addWeight({
      name: "vector_u",
      shape: [1, weight.shape.at(-1) as number],
      initializer: new TruncatedNormal({ stddev: 0.02 }),
      trainable: false,
      dtype: weight.dtype,
    });
  }

  override get mixesSamples(): boolean {
    return isTraining() || super.mixesSamples;
  }

  /** The kernel that it normalizes counts as its own, as in Keras. */
  override get ownWeights(): readonly Variable[] {
    return this.#kernel === null ? [] : [this.#kernel, this.vectorU];
  }

  override call(inputs: Tensor): unknown {
    if (isTraining()) this.#normalize();
    return ops.cast((this.layer as unknown as (x: Tensor) => Tensor)(inputs), inputs.dtype);
  }

  #normalize(): void {
    const kernel = this.#kernel as Variable;
    const rows = ops.reshape(kernel, [-1, kernel.shape.at(-1) as number]);
    const unit = (x: Tensor): Tensor => ops.divide(x, ops.sqrt(ops.maximum(ops.sum(ops.square(x)), 1e-12)));
    let u: Tensor = this.vectorU.read();
    let v: Tensor = u;
    for (let i = 0; i < this.powerIterations; i++) {
      v = unit(ops.matmul(u, ops.transpose(rows)));
      u = unit(ops.matmul(v, rows));
    }
    const sigma = ops.matmul(ops.matmul(ops.stopGradient(v), rows), ops.transpose(ops.stopGradient(u)));
    // A kernel of zeros has no largest singular value: it stays.
    const isZero = ops.all(ops.equal(kernel, 0));
    this.vectorU.assign(ops.where(isZero, this.vectorU.read(), u));
    kernel.assign(ops.where(isZero, kernel.read(), ops.divide(kernel, ops.where(isZero, 1, ops.reshape(sigma, [])))));
  }
}
