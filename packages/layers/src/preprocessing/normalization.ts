import { type AnyTensor, field, type Field, invalid, isTensor, type KerasIdentity, ops, ShapeError, type SymbolicShape, type Tensor, tensor, type TensorLike, ValueError, type Variable } from "@neurite/core"; // prettier-ignore
import { Layer, type LayerOptions } from "../core/layer.ts";

/** Options of {@link Normalization}. */
export interface NormalizationOptions extends LayerOptions {
  /** Axes that each have means and variances of their own; null: one for everything. Default -1. */
  readonly axis?: number | readonly number[] | null;
  /** Means, where they are known; with `variance`. Default: learnt by `adapt`. */
  readonly mean?: number | readonly unknown[] | null;
  readonly variance?: number | readonly unknown[] | null;
  /** Goes back from normalized values. Default false. */
  readonly invert?: boolean;
}

/**
 * Takes the mean off each feature and divides by its standard deviation, as `adapt` has learnt them from data: any shape → the same.
 *
 * Weights, unless mean and variance are given: mean, variance, and the number of values seen.
 *
 * @example
 * const normalize = new Normalization();
 * await normalize.adapt(xTrain);
 * const model = new Sequential([normalize, new Dense(1)]);
 */
export class Normalization extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "Normalization" };
  static override readonly fields: readonly Field[] = [
    field.object(
      "axis",
      {
        expected: "an axis, a list of axes or null",
        resolve: (value) =>
          Number.isInteger(value) ? [value] : Array.isArray(value) && value.every(Number.isInteger) ? [...(value as number[])] : invalid,
      },
      { default: -1, nullable: true },
    ),
    field.boolean("invert", { default: false }),
    field.json("mean", { default: null, property: "givenMean" }),
    field.json("variance", { default: null, property: "givenVariance" }),
  ];
  declare readonly axis: readonly number[] | null;
  declare readonly invert: boolean;
  declare readonly givenMean: number | readonly unknown[] | null;
  declare readonly givenVariance: number | readonly unknown[] | null;
  adaptMean: Variable | null = null;
  adaptVariance: Variable | null = null;
  /** Values seen by `adapt`. */
  count: Variable | null = null;
  #kept: readonly number[] = [];

  /** @throws ValueError when mean and variance are not given together. */
  constructor(options: NormalizationOptions = {}) {
    super(options as LayerOptions);
    (this as { axis: readonly number[] }).axis ??= [];
    if ((this.givenMean === null) !== (this.givenVariance === null))
      throw new ValueError("[Normalization] mean and variance are given together");
  }

  /** @throws ShapeError for axes that are not there, or whose sizes are not known. */
  override build(inputShape: SymbolicShape): void {
    const rank = inputShape.length;
    const axes = (this.axis as readonly number[]).map((axis) => (axis < 0 ? axis + rank : axis)).toSorted((a, b) => a - b);
    const wrong = axes.find((axis) => axis < 0 || axis >= rank || typeof inputShape[axis] !== "number");
    if (wrong !== undefined)
      throw new ShapeError(`[Normalization] axis ${wrong} must be one of known size: got shape [${inputShape.map((dim) => dim ?? "?")}]`);
    this.#kept = axes;
    if (this.givenMean !== null) return;
    const shape = axes.map((axis) => inputShape[axis] as number);
    this.adaptMean = this.addWeight({ name: "mean", shape, initializer: "zeros", trainable: false });
    this.adaptVariance = this.addWeight({ name: "variance", shape, initializer: "ones", trainable: false });
    this.count = this.addWeight({ name: "count", shape: [], dtype: "int32", initializer: "zeros", trainable: false });
  }

  /**
   * Learns means and variances from data: an array, or a list or stream of batches.
   *
   * @throws ValueError where mean and variance were given, and for no data.
   */
  async adapt(data: TensorLike | Iterable<TensorLike> | AsyncIterable<TensorLike>): Promise<void> {
    if (this.givenMean !== null) throw new ValueError("[Normalization] mean and variance are given: there is nothing to adapt");
    const isArray = isTensor(data) || ArrayBuffer.isView(data) || Array.isArray(data);
    const batches = (isArray && !(Array.isArray(data) && data.some(isTensor)) ? [data] : data) as
      | Iterable<TensorLike>
      | AsyncIterable<TensorLike>;
    let [count, mean, variance]: [number, Tensor | null, Tensor | null] = [0, null, null];
    for await (const batch of batches) {
      const x = ops.cast(isTensor(batch) ? batch : tensor(batch as number[]), this.computeDtype as "float32");
      this.buildFor([null, ...x.shape.slice(1)]);
      const others = x.shape.map((_, axis) => axis).filter((axis) => !this.#kept.includes(axis));
      const [batchMean, batchVariance] = ops.moments(x, others);
      const samples = x.shape[0] as number;
      const total = count + samples;
      const [now, before] = [samples / total, count / total];
      // Means and variances of both parts put together. (Chan et al., 1979)
      const together: Tensor = mean === null ? batchMean : ops.add(ops.multiply(batchMean, now), ops.multiply(mean, before));
      const spread = (part: Tensor, of: Tensor): Tensor => ops.add(part, ops.square(ops.subtract(of, together)));
      variance = variance === null ? batchVariance : ops.add(ops.multiply(spread(batchVariance, batchMean), now), ops.multiply(spread(variance, mean as Tensor), before)); // prettier-ignore
      mean = together;
      count = total;
    }
    if (mean === null || variance === null) throw new ValueError("[Normalization] adapt was given no data");
    this.adaptMean?.assign(mean);
    this.adaptVariance?.assign(variance);
    this.count?.assign(count);
  }

  override call(inputs: Tensor): Tensor {
    const shaped = (values: AnyTensor): Tensor => {
      const sizes = inputs.shape.map((size, axis) => (this.#kept.includes(axis) ? size : 1));
      const known = values.ndim === 0 ? values : ops.broadcastTo(values, this.#kept.map((axis) => inputs.shape[axis] as number)); // prettier-ignore
      return values.ndim === 0 ? ops.cast(values, inputs.dtype) : ops.reshape(ops.cast(known, inputs.dtype), sizes);
    };
    const mean = shaped(this.adaptMean ?? tensor(this.givenMean as number[]));
    const variance = shaped(this.adaptVariance ?? tensor(this.givenVariance as number[]));
    const deviation = ops.maximum(ops.sqrt(variance), 1e-7);
    return this.invert ? ops.add(mean, ops.multiply(inputs, deviation)) : ops.divide(ops.subtract(inputs, mean), deviation);
  }
}
