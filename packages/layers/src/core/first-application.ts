import { firstApplication, type SymbolicTensor, ValueError } from "@neurite/core";
import type { Layer } from "./layer.ts";

/**
 * What a layer was applied to, or gave, the first time that it met symbolic tensors: one of them, or a list.
 *
 * @throws ValueError before.
 */
export function firstTensors(layer: Layer, which: "inputs" | "outputs"): SymbolicTensor | readonly SymbolicTensor[] {
  const node = firstApplication(layer);
  if (node === null) {
    const what = which.slice(0, -1);
    throw new ValueError(`[${what}] layer ${layer.toString()} was never applied to symbolic tensors: it has no ${what}`);
  }
  const tensors = node[which];
  return tensors.length === 1 ? (tensors[0] as SymbolicTensor) : tensors;
}
