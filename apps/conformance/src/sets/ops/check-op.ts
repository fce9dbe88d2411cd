import { flattenTree, isTensor, type Tensor, vjp } from "@neurite/core";
import { compare, type Tolerance, toleranceOf } from "../../format/compare.ts";
import { decodeArray, type EncodedArray, type HostArray, isEncodedArray, readBack, toTensor } from "../../format/host-array.ts";
import { Problems } from "../../problems.ts";
import { multiply, signsFor } from "./alignment.ts";
import { bindArguments, type PythonArguments } from "./arguments.ts";
import { findOp } from "./find-op.ts";
import { argumentsOf, at, type ExpectedGradient, type OpCase, withReplaced } from "./op-case.ts";

/** Ops that have a gradient here where TensorFlow has none: its null says nothing about ours. */
const moreGradients: ReadonlySet<string> = new Set(["image.hsv_to_rgb"]);

/** Compares the values and the gradients of one call. */
export async function checkOp(json: OpCase): Promise<readonly string[]> {
  const { op, params } = findOp(json.op);
  const tolerance = toleranceOf(json);
  const python = argumentsOf(json);
  const call = (given: PythonArguments): unknown => op(...bindArguments(json.op, params, given));

  const problems = new Problems();
  const expected = leavesOf(json.expected);
  const signs: (HostArray | null)[] = [];
  await problems.attempt("call", async () => {
    const outputs = flattenTree(call(python));
    if (outputs.length !== expected.length) problems.add("outputs", `${outputs.length} where ${expected.length} were expected`);
    for (const [i, output] of outputs.entries()) {
      const wanted = expected[i];
      if (wanted === undefined) break;
      const actual = await readBack(output);
      const sign = signsFor(json.op, i, actual, wanted);
      signs.push(sign);
      problems.add(
        outputs.length === 1 ? "value" : `output ${i}`,
        compare(sign === null ? actual : multiply(actual, sign), wanted, tolerance),
      );
    }
  });
  // Without values there is nothing to learn from gradients.
  const { grads, w } = json;
  if (problems.list.length === 0 && grads && w && grads.length > 0) {
    await problems.attempt("gradients", () => checkGradients(json.op, call, python, grads, w, signs, tolerance, problems));
  }
  return problems.list;
}

/** The arrays of an expected result, depth first; Python scalars as arrays without axes. */
function leavesOf(json: unknown): HostArray[] {
  if (isEncodedArray(json)) return [decodeArray(json)];
  if (Array.isArray(json)) return json.flatMap(leavesOf);
  if (typeof json === "string") return [{ dtype: "string", shape: [], data: [json] }];
  if (typeof json === "boolean") return [{ dtype: "bool", shape: [], data: [Number(json)] }];
  return [{ dtype: "number", shape: [], data: [json as number] }];
}

async function checkGradients(
  name: string,
  call: (python: PythonArguments) => unknown,
  python: PythonArguments,
  grads: readonly ExpectedGradient[],
  w: readonly EncodedArray[],
  signs: readonly (HostArray | null)[],
  tolerance: Tolerance,
  problems: Problems,
): Promise<void> {
  const floating: number[] = [];
  const fn = (...primals: Tensor[]): Tensor[] => {
    const replaced = grads.reduce<unknown>((tree, { wrt }, i) => withReplaced(tree, wrt, primals[i]), python);
    const outputs = flattenTree(call(replaced as PythonArguments));
    floating.splice(0, floating.length, ...[...outputs.keys()].filter((i) => isFloating(outputs[i])));
    return floating.map((i) => outputs[i] as Tensor);
  };
  const [, pull] = vjp(fn, ...grads.map(({ wrt }) => at(python, wrt) as Tensor));
  if (w.length !== floating.length) {
    problems.add("gradients", `${floating.length} floating outputs where ${w.length} were expected`);
    return;
  }
  // Where an output's signs are free, w gets the same: Σ (output · sign) · w is what was differentiated.
  const cotangents = w.map((array, i) => {
    const sign = signs[floating[i] as number] ?? null;
    const weight = decodeArray(array);
    return toTensor(sign === null ? weight : multiply(weight, sign));
  });
  const gradients = pull(...cotangents);
  for (const [i, { wrt, value }] of grads.entries()) {
    const gradient = gradients[i] ?? null;
    const what = `gradient of ${wrt.join(".")}`;
    if (value === null && moreGradients.has(name)) continue;
    const wanted = value === null ? null : decodeArray(value);
    if (gradient === null && (wanted === null || wanted.data.every((element) => element === 0))) continue;
    if (gradient === null) problems.add(what, "not connected, where there should be a gradient");
    else {
      // Not connected and zero say the same: the output does not change with the argument.
      const actual = await readBack(gradient);
      problems.add(what, compare(actual, wanted ?? { ...actual, data: actual.data.map(() => 0) }, tolerance));
    }
  }
}

const isFloating = (x: unknown): boolean => isTensor(x) && /^b?float/.test(x.dtype);
