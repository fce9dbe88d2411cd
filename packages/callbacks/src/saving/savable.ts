import { type CallbackModel, ValueError } from "@neurite/core";

/** A model that files can be written of. */
export type SavableModel = CallbackModel & Required<Pick<CallbackModel, "save" | "saveWeights" | "loadWeights">>;

/** @throws ValueError for a model without files. */
export function savable(callback: string, model: CallbackModel): SavableModel {
  if (model.save === undefined || model.saveWeights === undefined || model.loadWeights === undefined)
    throw new ValueError(`[${callback}] model "${model.name}" cannot be saved: it has not the methods save, saveWeights and loadWeights`);
  return model as SavableModel;
}
