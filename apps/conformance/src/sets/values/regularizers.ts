import type { Tensor } from "@neurite/core";
import { toleranceOf } from "../../format/compare.ts";
import { decodeArray, type EncodedArray, toTensor } from "../../format/host-array.ts";
import { Problems } from "../../problems.ts";
import { checkGradient } from "./gradient.ts";
import { type KerasObjectCase, makeKerasObject } from "./keras-object.ts";

interface RegularizerCase extends KerasObjectCase {
  readonly x: EncodedArray;
  readonly value: EncodedArray;
  readonly grad?: EncodedArray | null;
  readonly rtol?: number;
  readonly atol?: number;
}

/** A class of keras.regularizers: the penalty of a weight, and its gradient. */
export async function checkRegularizer(json: RegularizerCase): Promise<readonly string[]> {
  const regularizer = makeKerasObject<(x: Tensor) => Tensor>("regularizers", json);
  const tolerance = toleranceOf(json);
  const problems = new Problems();
  await problems.attempt("call", () =>
    problems.compare("penalty", regularizer(toTensor(decodeArray(json.x))), decodeArray(json.value), tolerance),
  );
  const { grad } = json;
  if (grad) await problems.attempt("gradient", () => checkGradient("gradient", regularizer, json.x, grad, null, tolerance, problems));
  return problems.list;
}
