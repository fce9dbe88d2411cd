import type { Tensor } from "@neurite/core";
import { toleranceOf } from "../../format/compare.ts";
import { decodeArray, type EncodedArray, toTensor } from "../../format/host-array.ts";
import { Problems } from "../../problems.ts";
import { type KerasObjectCase, makeKerasObject } from "./keras-object.ts";

interface ConstraintCase extends KerasObjectCase {
  readonly x: EncodedArray;
  /** The constrained weight, under one of these names. */
  readonly value?: EncodedArray;
  readonly y?: EncodedArray;
  readonly expected?: EncodedArray;
  readonly rtol?: number;
  readonly atol?: number;
}

/** A class of keras.constraints: what becomes of a weight. */
export async function checkConstraint(json: ConstraintCase): Promise<readonly string[]> {
  const constraint = makeKerasObject<(x: Tensor) => Tensor>("constraints", json);
  const expected = json.value ?? json.y ?? json.expected;
  if (expected === undefined) throw new Error("the case has no expected value");
  const problems = new Problems();
  await problems.attempt("call", () =>
    problems.compare("weight", constraint(toTensor(decodeArray(json.x))), decodeArray(expected), toleranceOf(json)),
  );
  return problems.list;
}
