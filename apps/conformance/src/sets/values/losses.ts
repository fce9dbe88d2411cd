import { type Tensor, type TensorLike } from "@neurite/core";
import { toleranceOf } from "../../format/compare.ts";
import { decodeArray, type EncodedArray, toTensor } from "../../format/host-array.ts";
import { Problems } from "../../problems.ts";
import { checkGradient } from "./gradient.ts";
import { type KerasObjectCase, makeKerasObject } from "./keras-object.ts";

interface LossCase extends KerasObjectCase {
  readonly y_true: EncodedArray;
  readonly y_pred: EncodedArray;
  readonly results: readonly LossResult[];
  readonly rtol?: number;
  readonly atol?: number;
}

interface LossResult {
  readonly reduction: string | null;
  readonly sample_weight: EncodedArray | null;
  readonly value?: EncodedArray | null;
  readonly grad_y_pred?: EncodedArray | null;
  /** What Keras refuses; it says nothing about ours. */
  readonly keras_error?: string;
}

type Loss = (yTrue: TensorLike, yPred: TensorLike, options?: { readonly sampleWeight?: TensorLike }) => Tensor;

/** A class of keras.losses: its value for each reduction, with and without weights, and gradients with respect to y_pred. */
export async function checkLoss(json: LossCase): Promise<readonly string[]> {
  const tolerance = toleranceOf(json);
  const problems = new Problems();
  for (const { reduction, sample_weight: weight, value, grad_y_pred: gradient } of json.results) {
    const loss = makeKerasObject<Loss>("losses", json, { reduction });
    const what = `${reduction ?? "no"} reduction${weight ? ` with weights [${weight.shape}]` : ""}`;
    const yTrue = toTensor(decodeArray(json.y_true));
    const options = weight ? [{ sampleWeight: toTensor(decodeArray(weight)) }] : [];
    const f = (yPred: Tensor): Tensor => loss(yTrue, yPred, ...options);
    if (value) {
      await problems.attempt(what, () => problems.compare(what, f(toTensor(decodeArray(json.y_pred))), decodeArray(value), tolerance));
    }
    if (gradient) {
      const name = `gradient, ${what}`;
      await problems.attempt(name, () => checkGradient(name, f, json.y_pred, gradient, null, tolerance, problems));
    }
  }
  return problems.list;
}
