import { describeValue, type Entries, invalid, type Registry, resolveIdentifier, type SymbolicShape, ValueError } from "@neurite/core";
import { BinaryAccuracy } from "../accuracy/binary-accuracy.ts";
import { CategoricalAccuracy } from "../accuracy/categorical-accuracy.ts";
import { SparseCategoricalAccuracy } from "../accuracy/sparse-categorical-accuracy.ts";
import { MeanMetricWrapper, type MetricFunction } from "../reduction/mean-metric-wrapper.ts";
import { metrics, type MetricName } from "../table.ts";
import { isMetric, type Metric } from "./metric.ts";

/** What is accepted where a metric is wanted: an identifier, a metric, or a function that gives the value of each sample. */
export type MetricLike = MetricName | (string & {}) | Metric | MetricFunction;

/**
 * The metric an identifier stands for; functions become means over samples. A metric given by a string is named by that string, as in
 * Keras. ("accuracy" alone says too little: see {@link resolveAccuracy}.)
 *
 * Labels and predictions are [batch, …]; the result is a scalar.
 *
 * @throws ValueError for an unknown name.
 *
 * @example
 * const metric = getMetric("mae");
 * metric.updateState([[1], [2]], [[1], [4]]);
 * metric.result(); // 1
 */
export function getMetric(identifier: MetricLike, registry?: Registry): Metric {
  const metric = resolveIdentifier("metrics", metrics as Entries, identifier, registry);
  if (metric === invalid)
    throw new ValueError(
      `[getMetric] a metric is a name, a Metric, or a function from labels and predictions to the value of each sample: received ${describeValue(identifier)}`,
    );
  const made = isMetric(metric) ? metric : new MeanMetricWrapper(metric as MetricFunction);
  if (typeof identifier === "string") made.name = identifier;
  return made;
}

/**
 * True for the names that mean the accuracy that fits the shapes of labels and outputs.
 *
 * @example
 * isAccuracyName("acc"); // true
 * isAccuracyName("binary_accuracy"); // false
 */
export function isAccuracyName(identifier: unknown): identifier is "accuracy" | "acc" {
  return typeof identifier === "string" && ["accuracy", "acc"].includes(identifier.toLowerCase());
}

/**
 * The accuracy that fits labels and predictions of these shapes (null where not known): binary for one output [batch, 1], sparse for
 * labels without an axis of classes, else categorical.
 *
 * @param name Its name in logs.
 *
 * @example
 * resolveAccuracy([null], [null, 10]) instanceof SparseCategoricalAccuracy; // true
 */
export function resolveAccuracy(yTrueShape: SymbolicShape, yPredShape: SymbolicShape, name = "accuracy"): Metric {
  const outputs = yPredShape.at(-1);
  if (outputs === 1) return new BinaryAccuracy({ name });
  const sparse = yTrueShape.length < yPredShape.length || (yTrueShape.at(-1) === 1 && (outputs ?? 2) > 1);
  return sparse ? new SparseCategoricalAccuracy({ name }) : new CategoricalAccuracy({ name });
}
