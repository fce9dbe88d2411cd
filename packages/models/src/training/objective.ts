import {
  type AnyTensor,
  type Aval,
  inferThrough,
  ops,
  type Registry,
  type SymbolicShape,
  Tensor,
  type Value,
  ValueError,
} from "@neurite/core";
import { getLoss, type Loss, type LossLike } from "@neurite/losses";
import { getMetric, isAccuracyName, Mean, type Metric, type MetricLike, resolveAccuracy } from "@neurite/metrics";
import { listPerOutput, type PerOutput, perOutput } from "./per-output.ts";

/** The options of compile that say what a batch is scored by. */
export interface ObjectiveOptions {
  readonly loss?: PerOutput<LossLike> | null;
  readonly lossWeights?: PerOutput<number> | null;
  readonly metrics?: PerOutput<MetricLike | readonly MetricLike[]> | null;
  readonly weightedMetrics?: PerOutput<MetricLike | readonly MetricLike[]> | null;
}

/** One output of a model, with its target's shape and dtype (null where there is none). */
export interface ScoredOutput {
  readonly name: string;
  readonly prediction: Aval;
  readonly target: Aval | null;
}

/** A metric with its key in logs: users' metrics are never renamed. */
export interface NamedMetric {
  readonly name: string;
  readonly metric: Metric;
}

interface OutputMetric extends NamedMetric {
  readonly output: number;
  readonly weighted: boolean;
}

/** For each output, whether a loss or a metric looks at it. */
export function scoredOutputs(options: ObjectiveOptions, names: readonly string[]): boolean[] {
  const losses = perOutput("loss", options.loss, names);
  const metrics = [listPerOutput("metrics", options.metrics, names), listPerOutput("weightedMetrics", options.weightedMetrics, names)];
  return names.map((_, i) => losses[i] !== null || metrics.some((lists) => (lists[i] as unknown[]).length > 0));
}

/** What a batch is scored by: losses, metrics, and the variables that accumulate them. Everything is traced into the step. */
export class Objective {
  readonly lossTracker: Mean = new Mean({ name: "loss" });
  readonly #losses: readonly (Loss | null)[];
  readonly #lossWeights: readonly (number | null)[];
  /** The loss of each output that has one, where there are several of them. */
  readonly #outputTrackers: ReadonlyMap<number, NamedMetric>;
  readonly #metrics: readonly OutputMetric[];

  /** @throws ValueError for unknown names of losses and metrics, and for outputs that do not exist. */
  constructor(outputs: readonly ScoredOutput[], options: ObjectiveOptions, registry: Registry | null) {
    const names = outputs.map(({ name }) => name);
    this.#losses = perOutput<LossLike>("loss", options.loss, names).map((loss, i) =>
      loss === null ? null : makeLoss(loss, outputs[i] as ScoredOutput, registry),
    );
    this.#lossWeights = perOutput<number>("lossWeights", options.lossWeights, names);
    for (const weight of this.#lossWeights) {
      if (weight !== null && typeof weight !== "number")
        throw new ValueError(`[compile] lossWeights must be numbers: got ${typeof weight}`);
    }
    const withLoss = names.flatMap((name, i) => (this.#losses[i] === null ? [] : [{ name: `${name}_loss`, output: i }]));
    this.#outputTrackers = new Map(
      withLoss.length < 2 ? [] : withLoss.map(({ name, output }) => [output, { name, metric: new Mean({ name }) }]),
    );
    this.#metrics = namedMetrics(outputs, options, registry);
    for (const { metric, output } of this.#metrics) buildMetric(metric, outputs[output] as ScoredOutput);
  }

  /** Loss tracker, losses of the outputs, metrics: the order of the logs. */
  get metrics(): readonly NamedMetric[] {
    return [{ name: "loss", metric: this.lossTracker }, ...this.#outputTrackers.values(), ...this.#metrics];
  }

  /** Whether an output has a loss. */
  get hasLoss(): boolean {
    return this.#losses.some((loss) => loss !== null);
  }

  /**
   * The losses of the outputs, weighted: scalars to add up. The trackers of the outputs take them in unweighted.
   *
   * @param sampleWeight Nothing, one for all outputs, or one for each.
   */
  losses(targets: readonly unknown[], predictions: readonly AnyTensor[], sampleWeight: readonly AnyTensor[]): Tensor[] {
    return this.#losses.flatMap((loss, i) => {
      if (loss === null) return [];
      const prediction = predictions[i] as Tensor;
      const value = loss(targets[i] as Tensor, prediction, { sampleWeight: weightOf(sampleWeight, i) });
      if (value.ndim > 0) {
        throw new ValueError(
          `[compile] loss "${loss.name}" gives an array of shape [${value.shape}]: give it a reduction, such as "sum_over_batch_size"`,
        );
      }
      this.#outputTrackers.get(i)?.metric.updateState(value, { sampleWeight: prediction.shape[0] });
      const weight = this.#lossWeights[i] ?? 1;
      return [weight === 1 ? value : ops.multiply(value, weight)];
    });
  }

  /** Adds a batch to the metrics. */
  updateMetrics(targets: readonly unknown[], predictions: readonly AnyTensor[], sampleWeight: readonly AnyTensor[]): void {
    for (const { metric, output, weighted } of this.#metrics) {
      metric.updateState(targets[output], predictions[output], { sampleWeight: weighted ? weightOf(sampleWeight, output) : null });
    }
  }
}

const weightOf = (sampleWeight: readonly AnyTensor[], output: number): AnyTensor | null =>
  (sampleWeight.length === 1 ? sampleWeight[0] : sampleWeight[output]) ?? null;

/** The metrics of all outputs with the names Keras gives them: by output where there are several, each name once. */
function namedMetrics(outputs: readonly ScoredOutput[], options: ObjectiveOptions, registry: Registry | null): OutputMetric[] {
  const names = outputs.map(({ name }) => name);
  const taken = new Map<string, number>();
  const unique = (name: string): string => {
    const count = taken.get(name) ?? 0;
    taken.set(name, count + 1);
    return count === 0 ? name : `${name}_${count}`;
  };
  const collect = (given: ObjectiveOptions["metrics"], option: "metrics" | "weightedMetrics"): OutputMetric[] =>
    listPerOutput<MetricLike>(option, given, names).flatMap((list, output) =>
      list.map((identifier) => {
        const metric = makeMetric(identifier, outputs[output] as ScoredOutput, registry);
        const prefix = names.length > 1 ? `${names[output]}_` : "";
        const weighted = option === "weightedMetrics";
        const plain = `${prefix}${metric.name}`;
        return { name: unique(weighted && taken.has(plain) ? `${prefix}weighted_${metric.name}` : plain), metric, output, weighted };
      }),
    );
  return [...collect(options.metrics, "metrics"), ...collect(options.weightedMetrics, "weightedMetrics")];
}

/** Some metrics make their state at the first batch, when they know the number of classes; a step that is being traced is too late for that. */
function buildMetric(metric: Metric, { target, prediction }: ScoredOutput): void {
  if (target === null) return;
  inferThrough([target, prediction], ([yTrue, yPred]) => {
    metric.updateState(new Tensor(yTrue as Value), new Tensor(yPred as Value));
    return [];
  });
}

const symbolic = (aval: Aval | null): SymbolicShape => (aval?.shape ?? []).map((dim) => (Number.isNaN(dim) ? null : dim));

/** A metric by name, instance or function; "accuracy" is the one that fits the shapes. */
function makeMetric(identifier: MetricLike, { target, prediction }: ScoredOutput, registry: Registry | null): Metric {
  return isAccuracyName(identifier)
    ? resolveAccuracy(symbolic(target), symbolic(prediction), identifier)
    : getMetric(identifier, registry ?? undefined);
}

/** A loss by name, instance or function; "crossentropy" is the one that fits the shapes. */
function makeLoss(identifier: LossLike, { target, prediction }: ScoredOutput, registry: Registry | null): Loss {
  if (identifier !== "crossentropy" && identifier !== "ce") return getLoss(identifier, registry ?? undefined);
  const [labels, outputs] = [symbolic(target), symbolic(prediction)];
  if (outputs.at(-1) === 1) return getLoss("binary_crossentropy");
  return getLoss(labels.length < outputs.length || labels.at(-1) === 1 ? "sparse_categorical_crossentropy" : "categorical_crossentropy");
}
