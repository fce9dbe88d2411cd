import { opInfo, type Tensor } from "@neurite/core";
import * as activations from "neurite/activations";
import { NotBuilt } from "../../conformance-set.ts";
import { toleranceOf } from "../../format/compare.ts";
import { decodeArray, type EncodedArray, toTensor } from "../../format/host-array.ts";
import { camelCase } from "../../format/naming.ts";
import { Problems } from "../../problems.ts";
import { checkGradient } from "./gradient.ts";

interface ActivationCase {
  readonly function: string;
  readonly kwargs: Readonly<Record<string, unknown>>;
  readonly x: EncodedArray;
  readonly y: EncodedArray;
  readonly grad: EncodedArray | null;
  readonly w: EncodedArray | null;
  readonly rtol?: number;
  readonly atol?: number;
}

/** A function of keras.activations: values, and the derivative. */
export async function checkActivation(json: ActivationCase): Promise<readonly string[]> {
  const activation = (activations as Readonly<Record<string, unknown>>)[camelCase(json.function)];
  if (typeof activation !== "function") throw new NotBuilt(`the activation ${json.function} is not built`);
  // What Keras requires is positional here, too; everything else is in the options.
  const [, ...params] = opInfo(activation)?.params ?? ["x"];
  const kwargs = new Map(Object.entries(json.kwargs).map(([key, value]) => [camelCase(key), value]));
  const positional = params.map((param) => kwargs.get(param));
  const options = Object.fromEntries([...kwargs].filter(([key]) => !params.includes(key)));
  const f = (x: Tensor): Tensor => activation(x, ...positional, ...(Object.keys(options).length > 0 ? [options] : [])) as Tensor;

  const tolerance = toleranceOf(json);
  const problems = new Problems();
  await problems.attempt("call", () => problems.compare("value", f(toTensor(decodeArray(json.x))), decodeArray(json.y), tolerance));
  const { grad, w } = json;
  if (grad) await problems.attempt("gradient", () => checkGradient("gradient", f, json.x, grad, w, tolerance, problems));
  return problems.list;
}
