import { describe } from "../describe.ts";
import { ValueError } from "../errors.ts";
import { type AnyTensor, isTensorBase, TensorBase } from "../tensor/base.ts";
import { context, withContext } from "./context.ts";
import { realize } from "./realize.ts";

/**
 * True while a function is being traced or shapes are being inferred: tensors then have no elements, and side effects happen once a trace.
 *
 * @example
 * if (!isTracing()) console.log(await loss.item());
 */
export function isTracing(): boolean {
  return context.trace !== null;
}

/**
 * Computes these tensors, and every assignment that is pending, in one run. Inside a trace it does nothing.
 *
 * @throws The error of the run; the variables then keep the values they had. ValueError for what is no tensor.
 * @example
 * const x = tensor([1, 2, 3]);
 * const [total, largest] = [ops.sum(x), ops.max(x)];
 * realizeAll(total, largest); // one native call for both
 */
export function realizeAll(...tensors: readonly AnyTensor[]): void {
  const wrong = tensors.findIndex((tensor) => !isTensorBase(tensor));
  if (wrong >= 0) throw new ValueError(`[realizeAll] argument ${wrong} must be a tensor: received ${describe(tensors[wrong])}`);
  if (context.trace === null) realize(tensors.map((tensor) => TensorBase.heldBy(tensor)));
}

/**
 * Runs `body` as plain eager code though shapes are being inferred around it: how layers make their weights at the first call.
 * While a function is being compiled it runs in place, so that creating a variable is refused there as everywhere.
 *
 * @example
 * const kernel = outsideInference(() => new Variable(initializer(shape), { name: "kernel" }));
 */
export function outsideInference<T>(body: () => T): T {
  if (context.trace?.owner()?.kind === "function") return body();
  return withContext({ trace: null, recorders: [], replay: null }, body);
}
