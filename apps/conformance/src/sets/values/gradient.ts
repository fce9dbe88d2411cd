import { type Tensor, vjp } from "@neurite/core";
import { type Tolerance } from "../../format/compare.ts";
import { decodeArray, type EncodedArray, type HostArray, toTensor } from "../../format/host-array.ts";
import type { Problems } from "../../problems.ts";

/** Compares the gradient of Σ f(x) · w; w is all ones if it is null. */
export async function checkGradient(
  what: string,
  f: (x: Tensor) => Tensor,
  x: EncodedArray,
  expected: EncodedArray,
  w: EncodedArray | null,
  tolerance: Tolerance,
  problems: Problems,
): Promise<void> {
  const [result, pull] = vjp(f, toTensor(decodeArray(x)));
  const [gradient] = pull(toTensor(w === null ? ones(result) : decodeArray(w)));
  const wanted = decodeArray(expected);
  if (gradient) await problems.compare(what, gradient, wanted, tolerance);
  else if (wanted.data.some((element) => element !== 0)) problems.add(what, "not connected, where there should be a gradient");
}

function ones(like: Tensor): HostArray {
  return { dtype: like.dtype, shape: like.shape, data: new Array<number>(like.size).fill(1) };
}
