import { type CallbackModel, isVariable, ValueError, type Variable } from "@neurite/core";

/**
 * The learning rate of a model's optimizer, to be read and set.
 *
 * @throws ValueError where there is none, or where a schedule drives it.
 */
export function rateOf(model: CallbackModel, callback: string): Variable {
  const optimizer = model.optimizer as { learningRate?: unknown; schedule?: unknown } | null;
  if (!isVariable(optimizer?.learningRate)) throw new ValueError(`[${callback}] the optimizer has no learning rate that can be set`);
  if (optimizer.schedule) throw new ValueError(`[${callback}] the learning rate is driven by a schedule: it cannot be set as well`);
  return optimizer.learningRate;
}
