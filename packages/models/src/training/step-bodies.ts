/** What a step does unless a model overrides it. */
import { type AnyTensor, flattenTree, GradientTape, isTensor, ops, type Tensor, ValueError } from "@neurite/core";
import type { TrainableModel } from "./trainable-model.ts";
import type { Batch, ScoredBatch } from "./batch.ts";
import { callModel } from "./model-outputs.ts";
import { alignData } from "./slots.ts";
import type { Trainer } from "./trainer.ts";

/** Forward pass, loss, gradients, update, metrics. */
export function trainStep(model: TrainableModel, trainer: Trainer, batch: Batch): void {
  const { optimizer, trainables } = trainer;
  const tape = new GradientTape();
  const { loss, scaled, yPred } = tape.run(() => {
    const outputs = callModel(model, batch.x, true) as Tensor;
    const total = model.computeLoss({ ...batch, yPred: outputs, training: true });
    return { loss: total, scaled: optimizer.scaleLoss?.(total) ?? total, yPred: outputs };
  });
  if (trainables.length > 0) optimizer.apply(tape.gradient(scaled, trainables) as (Tensor | null)[], trainables);
  updateMetrics(trainer, batch, yPred, loss);
}

/** Forward pass in inference mode, loss, metrics. */
export function testStep(model: TrainableModel, trainer: Trainer, batch: Batch): void {
  const yPred = callModel(model, batch.x, false) as Tensor;
  updateMetrics(trainer, batch, yPred, model.computeLoss({ ...batch, yPred, training: false }));
}

/** The compiled losses of the outputs and the losses that layers add, in one scalar; 0 where an evaluation has none. */
export function totalLoss(model: TrainableModel, trainer: Trainer, { y, yPred, sampleWeight, training }: ScoredBatch): Tensor {
  const { objective } = trainer;
  const terms: AnyTensor[] =
    objective?.hasLoss === true ? objective.losses(targetsOf(model, y, yPred), tensorsOf(yPred), sampleWeight) : [];
  terms.push(...model.losses);
  const [first, ...more] = terms;
  if (first === undefined && training)
    throw new ValueError("[fit] there is nothing to minimize: give compile() a loss, or layers that add one");
  return (first === undefined ? ops.zeros([]) : more.reduce((total, term) => ops.add(total, term), first)) as Tensor;
}

function updateMetrics({ objective }: Trainer, { y, sampleWeight }: Batch, yPred: unknown, loss: Tensor): void {
  const predictions = tensorsOf(yPred);
  objective?.lossTracker.updateState(loss, { sampleWeight: predictions[0]?.shape[0] ?? 1 });
  objective?.updateMetrics(flattenTree(y), predictions, sampleWeight);
}

/** Targets in the order of the outputs, whatever that of their keys. */
function targetsOf(model: TrainableModel, y: unknown, yPred: unknown): unknown[] {
  if (y === null || y === undefined) return [];
  return alignData("computeLoss", "y", y, { tree: yPred, names: model.outputNames(yPred) }).map(({ leaf }) => leaf);
}

const tensorsOf = (tree: unknown): AnyTensor[] => flattenTree(tree).filter(isTensor);
