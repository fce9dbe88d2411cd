import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { loadModel, type Model, type Tensor } from "neurite";
import { type Tolerance, toleranceOf } from "../../format/compare.ts";
import type { HostArray } from "../../format/host-array.ts";
import { parseJson } from "../../format/json.ts";
import { readNpy } from "../../format/npy.ts";
import { Problems } from "../../problems.ts";
import { flatOutputs } from "../models/flat-outputs.ts";
import { checkFit } from "./check-fit.ts";
import { checkGradients } from "./check-gradients.ts";
import {
  forOutputs,
  given,
  type Logs,
  readTrainingData,
  rowsOf,
  type TrainingCase,
  type TrainingData,
  type TrainingLosses,
} from "./training-case.ts";

/** Optimizers that divide by what may be tiny, or take signs: a coordinate whose gradient is nearly zero may go the other way. */
const sensitive = /^(Adam|AdamW|Nadam|Adamax|Adafactor|Lamb|Lion|Muon|ScheduleFreeAdamW|RMSprop|Adadelta|Adagrad)$/;

/** Runs a case of training as its train.json says. */
export async function checkTraining(folder: string, json: TrainingCase): Promise<readonly string[]> {
  const problems = new Problems();
  const data = await readTrainingData(folder, json);
  const losses = parseJson(await readFile(join(folder, "loss.json"), "utf8")) as TrainingLosses;
  const tolerance = toleranceOf(json);
  const load = (file: string): Promise<Model> => loadModel(join(folder, file));

  await problems.attempt("training", async () => {
    const model = await load("model.keras");
    checkOptimizer(model, json, problems);
    if (json.mode === "fit") {
      await checkFit(model, json, data, losses, problems);
    } else {
      await problems.attempt("gradients", async () => checkGradients(await load("model.keras"), folder, json, data, problems));
      await checkSteps(model, json, data, losses.per_step_after_reset_metrics ?? [], "reset", tolerance, problems);
      await problems.attempt("running", async () => {
        await checkSteps(await load("model.keras"), json, data, losses.running_without_reset ?? [], "running", tolerance, problems);
      });
    }
    await checkResult(model, folder, json, data, "after", problems);
  });
  await problems.attempt("after.weights.h5", async () => {
    const model = await load("model.keras");
    await model.loadWeights(join(folder, "after.weights.h5"));
    await checkResult(model, folder, json, data, "after.weights.h5", problems);
  });
  if (existsSync(join(folder, "mid.keras"))) {
    await problems.attempt("mid.keras", async () => {
      const model = await load("mid.keras");
      const from = Number(await model.optimizer.iterations.read().item());
      if (from !== 3) problems.add("mid.keras", `${from} steps where 3 were expected`);
      for (let step = from; step < json.steps; step++) await trainOn(model, json, data, step);
      await checkResult(model, folder, json, data, "resumed", problems);
    });
  }
  return problems.list;
}

function checkOptimizer({ optimizer }: Model, json: TrainingCase, problems: Problems): void {
  const shapes = optimizer.variables.map(({ shape }) => `[${shape}]`).join(" ");
  const expected = json.optimizer_variables.map(({ shape }) => `[${shape}]`).join(" ");
  if (shapes !== expected) problems.add("optimizer variables", `${shapes} where ${expected} was expected`);
}

async function trainOn(model: Model, json: TrainingCase, data: TrainingData, step: number): Promise<Logs> {
  const batch = (arrays: readonly HostArray[]): HostArray[] =>
    arrays.map((array) => rowsOf(array, step * json.batch_size, (step + 1) * json.batch_size));
  return model.trainOnBatch(given(batch(data.inputs)), forOutputs(model, batch(data.targets)), {
    ...(data.sampleWeights.length > 0 ? { sampleWeight: forOutputs(model, batch(data.sampleWeights)) } : {}),
    ...(json.class_weight === null ? {} : { classWeight: json.class_weight }),
  });
}

async function checkSteps(
  model: Model,
  json: TrainingCase,
  data: TrainingData,
  expected: readonly Logs[],
  mode: "reset" | "running",
  tolerance: Tolerance,
  problems: Problems,
): Promise<void> {
  for (let step = 0; step < json.steps; step++) {
    if (mode === "reset" && step > 0) model.resetMetrics();
    const rate = json.learning_rate_before_step?.[step];
    if (mode === "reset" && rate !== undefined) await checkRate(model, rate, step, problems);
    const logs = await trainOn(model, json, data, step);
    checkLogs(`step ${step} (${mode})`, logs, expected[step] ?? {}, tolerance, problems);
  }
}

async function checkRate({ optimizer }: Model, expected: number, step: number, problems: Problems): Promise<void> {
  const { schedule } = optimizer as { readonly schedule?: ((step: number | Tensor) => Tensor) | null };
  const rate = await (schedule ? schedule(optimizer.iterations.read() as Tensor) : optimizer.learningRate.read()).item();
  if (Math.abs(Number(rate) - expected) > 1e-6 + 1e-5 * Math.abs(expected)) {
    problems.add(`learning rate before step ${step}`, `${rate} where ${expected} was expected`);
  }
}

/** Logs have the names and the values that Keras gave. */
export function checkLogs(what: string, logs: Logs, expected: Logs, { rtol, atol }: Tolerance, problems: Problems): void {
  const names = Object.keys(logs).toSorted().join(", ");
  const expectedNames = Object.keys(expected).toSorted().join(", ");
  if (names !== expectedNames) problems.add(what, `${names} where ${expectedNames} were expected`);
  for (const [name, given] of Object.entries(expected)) {
    // A score for each class, of one class.
    const value = Array.isArray(given) && given.length === 1 ? (given[0] as number) : given;
    const actual = logs[name];
    if (actual === undefined) continue;
    if (!(Math.abs(actual - value) <= atol + rtol * Math.abs(value)) && !Object.is(actual, value)) {
      problems.add(`${what}: ${name}`, `${actual} where ${value} was expected`);
    }
  }
}

/** Weights after the last step, and what the model then gives. */
async function checkResult(
  model: Model,
  folder: string,
  json: TrainingCase,
  data: TrainingData,
  what: string,
  problems: Problems,
): Promise<void> {
  const tolerance = toleranceOf(json);
  const share = sensitive.test(json.optimizer.class_name) ? 0.99 : 1;
  for (const [i, name] of json.weights_order.entries()) {
    const expected = await readNpy(join(folder, "after", `${String(i).padStart(3, "0")}.npy`));
    const weight = model.weights[i];
    if (weight === undefined) problems.add(what, `there is no weight ${i} (${name})`);
    else await problems.compare(`${what}: weight ${i} (${name})`, weight.read(), expected, tolerance, { anyDType: true, share });
  }
  const rows = data.inputs.map((array) => rowsOf(array, 0, 8));
  const outputs = flatOutputs(model(given(rows) as Tensor, { training: false }));
  for (const [i, output] of outputs.entries()) {
    const expected = await readNpy(join(folder, `pred_after${i}.npy`));
    await problems.compare(`${what}: prediction ${i}`, output, expected, tolerance, { anyDType: true, share });
  }
}
