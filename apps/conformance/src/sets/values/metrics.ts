import type { Tensor, Variable } from "@neurite/core";
import { toleranceOf } from "../../format/compare.ts";
import { decodeArray, type EncodedArray, toTensor } from "../../format/host-array.ts";
import { Problems } from "../../problems.ts";
import { type KerasObjectCase, makeKerasObject } from "./keras-object.ts";

interface MetricCase extends KerasObjectCase {
  readonly batches: readonly Batch[];
  readonly running_result_after_batch: readonly EncodedArray[];
  readonly result_of_each_batch_alone: readonly EncodedArray[];
  readonly state_after_3: readonly { readonly name: string; readonly value: EncodedArray }[];
  readonly result_after_reset?: EncodedArray | null;
  readonly rtol?: number;
  readonly atol?: number;
}

interface Batch {
  readonly y_true: EncodedArray;
  /** null for metrics of values, which are in y_true. */
  readonly y_pred: EncodedArray | null;
  readonly sample_weight: EncodedArray | null;
}

interface Metric {
  updateState(...args: readonly unknown[]): void;
  result(): Tensor;
  resetState(): void;
  readonly variables: readonly Variable[];
}

/** A class of keras.metrics: running results, those of each batch alone, the state, and the result after a reset. */
export async function checkMetric(json: MetricCase): Promise<readonly string[]> {
  const tolerance = toleranceOf(json);
  const problems = new Problems();

  await problems.attempt("running result", async () => {
    const metric = makeKerasObject<Metric>("metrics", json);
    for (const [i, batch] of json.batches.entries()) {
      update(metric, batch);
      await problems.compare(`running result ${i}`, metric.result(), expected(json.running_result_after_batch, i), tolerance);
    }
    await checkState(metric, json, problems);
    if (json.result_after_reset) {
      metric.resetState();
      await problems.compare("result after a reset", metric.result(), decodeArray(json.result_after_reset), tolerance);
    }
  });
  for (const [i, batch] of json.batches.entries()) {
    await problems.attempt(`batch ${i} alone`, async () => {
      const metric = makeKerasObject<Metric>("metrics", json);
      update(metric, batch);
      await problems.compare(`batch ${i} alone`, metric.result(), expected(json.result_of_each_batch_alone, i), tolerance);
    });
  }
  return problems.list;
}

const expected = (results: readonly EncodedArray[], i: number) => decodeArray(results[i] as EncodedArray);

function update(metric: Metric, { y_true: yTrue, y_pred: yPred, sample_weight: weight }: Batch): void {
  const inputs = (yPred === null ? [yTrue] : [yTrue, yPred]).map((array) => toTensor(decodeArray(array)));
  metric.updateState(...inputs, ...(weight ? [{ sampleWeight: toTensor(decodeArray(weight)) }] : []));
}

/** The state is compared in order; by name where both have one of that name. Counters may be narrower than Keras's. */
async function checkState(metric: Metric, json: MetricCase, problems: Problems): Promise<void> {
  const { variables } = metric;
  if (variables.length !== json.state_after_3.length) {
    problems.add("state", `${variables.length} variables where ${json.state_after_3.length} were expected`);
    return;
  }
  for (const [i, { name, value }] of json.state_after_3.entries()) {
    const variable = variables[i] as Variable;
    const own = variable.name.split("/").at(-1);
    if (own !== name) problems.add("state", `variable ${i} is called ${own} where ${name} was expected`);
    await problems.compare(`state ${name}`, variable.read(), decodeArray(value), toleranceOf(json), { anyDType: true });
  }
}
