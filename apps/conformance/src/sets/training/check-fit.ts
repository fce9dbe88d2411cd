import * as callbacks from "@neurite/callbacks";
import type { CallbackLike, Model } from "neurite";
import { NotBuilt } from "../../conformance-set.ts";
import { toleranceOf } from "../../format/compare.ts";
import { camelCase } from "../../format/naming.ts";
import type { Problems } from "../../problems.ts";
import { checkLogs } from "./check-training.ts";
import { forOutputs, given, type TrainingCase, type TrainingData, type TrainingLosses } from "./training-case.ts";

/** A call of fit: its history, and the evaluation afterwards. */
export async function checkFit(
  model: Model,
  json: TrainingCase,
  data: TrainingData,
  losses: TrainingLosses,
  problems: Problems,
): Promise<void> {
  const [x, y] = [given(data.inputs), forOutputs(model, data.targets)];
  const weights = data.sampleWeights.length > 0 ? { sampleWeight: forOutputs(model, data.sampleWeights) } : {};
  const options = Object.fromEntries(Object.entries(json.fit ?? {}).map(([key, value]) => [camelCase(key), value]));
  const { history } = await model.fit(x, y, {
    ...options,
    ...weights,
    ...(json.class_weight === null ? {} : { classWeight: json.class_weight }),
    callbacks: (json.callbacks ?? []).map(makeCallback),
    verbose: 0,
  });
  const tolerance = toleranceOf(json);
  const expected = losses.history ?? {};
  const epochs = Math.max(...Object.values(expected).map(({ length }) => length));
  for (let epoch = 0; epoch < epochs; epoch++) {
    const logsOf = (table: Readonly<Record<string, readonly number[]>>): Record<string, number> =>
      Object.fromEntries(
        Object.entries(table).flatMap(([name, values]) => (epoch < values.length ? [[name, values[epoch]]] : [])),
      ) as Record<string, number>;
    checkLogs(`epoch ${epoch}`, logsOf(history as never), logsOf(expected), tolerance, problems);
  }
  const actual = Object.values(history)[0]?.length;
  if (actual !== epochs) problems.add("fit", `${actual} epochs where ${epochs} were expected`);
  if (losses.evaluate_after !== undefined) {
    const logs = await model.evaluate(x, y, { verbose: 0, batchSize: json.batch_size });
    checkLogs("evaluate", logs, losses.evaluate_after, tolerance, problems);
  }
}

function makeCallback({ class_name: name, attributes }: NonNullable<TrainingCase["callbacks"]>[number]): CallbackLike {
  const Class = (callbacks as unknown as Record<string, (new (options: object) => CallbackLike) | undefined>)[name];
  if (Class === undefined) throw new NotBuilt(`callback ${name} is not built`);
  return new Class(Object.fromEntries(Object.entries(attributes).map(([key, value]) => [camelCase(key), value])));
}
