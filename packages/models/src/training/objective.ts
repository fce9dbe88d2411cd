import { type AnyTensor, type Aval, flattenTree, mapTree, ops, type SymbolicShape, type Tensor, ValueError } from "@neurite/core";
import { getLoss, type Loss, type LossLike } from "@neurite/losses";
import { getMetric, isAccuracyName, Mean, type Metric, type MetricLike, resolveAccuracy } from "@neurite/metrics";

/** One for all outputs, a list in the order of the outputs, or an object by output name. */
export type PerOutput<T> = T | readonly (T | null)[] | Readonly<Record<string, T | null>>;

/** What a batch is scored by: losses, metrics, and the variables that accumulate them. Everything is traced into the step. */
export class Objective {
  readonly lossTracker: Mean = new Mean({ name: "loss" });
  readonly #losses: readonly (Loss | null)[];
  readonly #lossWeights: readonly number[];
  readonly #outputTrackers: readonly Mean[];
  readonly #metrics: readonly { readonly metric: Metric; readonly output: number; readonly weighted: boolean }[];

  constructor(options: {
    readonly outputs: readonly { readonly name: string; readonly aval: Aval }[];
    readonly targets: readonly Aval[];
    readonly loss: PerOutput<LossLike> | null;
    readonly lossWeights: PerOutput<number> | null;
    readonly metrics: PerOutput<MetricLike | readonly MetricLike[]> | null;
    readonly weightedMetrics: PerOutput<MetricLike | readonly MetricLike[]> | null;
  }) {
    const names = options.outputs.map(({ name }) => name);
    const several = names.length > 1;
    this.#losses = perOutput("loss", options.loss, names).map((loss) => (loss === null ? null : getLoss(loss as LossLike)));
    this.#lossWeights = perOutput("lossWeights", options.lossWeights, names).map((weight) => (weight as number | null) ?? 1);
    this.#outputTrackers = several ? names.filter((_, i) => this.#losses[i] !== null).map((name) => new Mean({ name: `${name}_loss` })) : [];
    const collect = (given: PerOutput<MetricLike | readonly MetricLike[]> | null, weighted: boolean, what: string) =>
      metricLists(what, given, names).flatMap((list, output) =>
        list.map((identifier) => {
          const metric = makeMetric(identifier as MetricLike, options.targets[output]?.shape ?? [], options.outputs[output]?.aval.shape ?? []);
          if (several) metric.name = `${names[output] as string}_${metric.name}`;
          return { metric, output, weighted };
        }),
      );
    this.#metrics = [...collect(options.metrics, false, "metrics"), ...collect(options.weightedMetrics, true, "weightedMetrics")];
    const seen = new Map<string, number>();
    for (const { metric } of this.#metrics) {
      const count = seen.get(metric.name) ?? 0;
      seen.set(metric.name, count + 1);
      if (count > 0) metric.name = `${metric.name}_${count}`;
    }
  }

  /** Loss tracker, losses of the outputs, metrics: the order of the logs. */
  get metrics(): readonly Metric[] {
    return [this.lossTracker, ...this.#outputTrackers, ...this.#metrics.map(({ metric }) => metric)];
  }

  get hasLoss(): boolean {
    return this.#losses.some((loss) => loss !== null);
  }

  /** The scalar to minimize: weighted losses of the outputs, plus `extra` (regularization). */
  loss(targets: readonly AnyTensor[], predictions: readonly AnyTensor[], sampleWeight: AnyTensor | null, extra: readonly AnyTensor[]): Tensor {
    const terms: Tensor[] = [];
    let tracker = 0;
    this.#losses.forEach((loss, i) => {
      if (loss === null) return;
      const prediction = predictions[i] as Tensor;
      const value = loss(targets[i] as Tensor, prediction, { sampleWeight }) as Tensor;
      this.#outputTrackers[tracker++]?.updateState(value, { sampleWeight: batchSize(prediction) });
      const weight = this.#lossWeights[i] as number;
      terms.push(weight === 1 ? value : (ops.multiply(value, weight) as Tensor));
    });
    for (const term of extra) terms.push(term as Tensor);
    if (terms.length === 0) throw new ValueError("[fit] there is nothing to minimize: give compile() a loss, or layers that add one");
    return terms.reduce((total, term) => ops.add(total, term) as Tensor);
  }

  /** Adds a batch to the trackers and metrics. */
  update(loss: AnyTensor, targets: readonly AnyTensor[], predictions: readonly AnyTensor[], sampleWeight: AnyTensor | null): void {
    this.lossTracker.updateState(loss as Tensor, { sampleWeight: batchSize(predictions[0] as AnyTensor) });
    for (const { metric, output, weighted } of this.#metrics) {
      metric.updateState(targets[output] as Tensor, predictions[output] as Tensor, { sampleWeight: weighted ? sampleWeight : null });
    }
  }

  reset(): void {
    for (const metric of this.metrics) metric.resetState();
  }

  /** All results in one vector, in the order of {@link names}. */
  results(): Tensor {
    return ops.stack(this.metrics.map((metric) => ops.cast(metric.result(), "float32"))) as Tensor;
  }

  get names(): readonly string[] {
    return this.metrics.map(({ name }) => name);
  }
}

/** A metric by name, instance or function; "accuracy" is the one that fits the shapes. */
function makeMetric(identifier: MetricLike, yTrue: readonly number[], yPred: readonly number[]): Metric {
  const known = (shape: readonly number[]): SymbolicShape => shape.map((dim) => (Number.isNaN(dim) ? null : dim));
  return isAccuracyName(identifier) ? resolveAccuracy(known(yTrue), known(yPred), identifier) : getMetric(identifier);
}

const batchSize = (prediction: AnyTensor): number => prediction.shape[0] as number;

function perOutput(what: string, given: unknown, names: readonly string[]): unknown[] {
  if (given === null || given === undefined) return names.map(() => null);
  if (Array.isArray(given)) {
    if (given.length !== names.length) throw new ValueError(`[compile] ${what} lists ${given.length} for ${names.length} outputs (${names.join(", ")})`);
    return given;
  }
  if (typeof given === "object" && Object.getPrototypeOf(given) === Object.prototype) {
    for (const name of Object.keys(given)) {
      if (!names.includes(name)) throw new ValueError(`[compile] ${what} names output ${JSON.stringify(name)}: the outputs are ${names.join(", ")}`);
    }
    return names.map((name) => (given as Record<string, unknown>)[name] ?? null);
  }
  return names.map(() => given);
}

function metricLists(what: string, given: unknown, names: readonly string[]): unknown[][] {
  const asList = (x: unknown): unknown[] => (x === null || x === undefined ? [] : Array.isArray(x) ? x : [x]);
  if (given === null || given === undefined) return names.map(() => []);
  if (typeof given === "object" && !Array.isArray(given) && Object.getPrototypeOf(given) === Object.prototype) {
    return perOutput(what, given, names).map(asList);
  }
  if (names.length === 1) return [asList(given).flat()];
  const list = asList(given);
  // Keras: a list with one list for each output; a flat list of metrics goes to every output.
  return list.length === names.length && list.some((entry) => Array.isArray(entry)) ? list.map(asList) : names.map(() => list.flat());
}

/** Predictions of a model as a flat list, for outputs that are trees. */
export function flatOutputs(outputs: unknown): AnyTensor[] {
  return flattenTree(outputs) as AnyTensor[];
}

/** Puts a flat list of tensors into the tree of `outputs`. */
export function likeOutputs(outputs: unknown, tensors: readonly unknown[]): unknown {
  let next = 0;
  return mapTree(outputs, () => tensors[next++]);
}
