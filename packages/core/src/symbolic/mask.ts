import { describe } from "../describe.ts";
import { ValueError } from "../errors.ts";
import { type AnyTensor, isTensorBase } from "../tensor/base.ts";
import { isSymbolic, type SymbolicTensor } from "./symbolic-tensor.ts";

/** Which steps of a tensor count: bool, false where a step is padding. Of the tensor's first axes, as a rule [batch, timesteps]. */
export type Mask = AnyTensor | SymbolicTensor;

const masks = new WeakMap<object, Mask>();

/**
 * The mask that goes with a tensor (real, traced or symbolic); null where there is none.
 *
 * @example
 * maskOf(tensor([1, 2])); // null
 */
export function maskOf(x: unknown): Mask | null {
  return typeof x === "object" && x !== null ? (masks.get(x) ?? null) : null;
}

/**
 * Gives a tensor a mask, which layers pass on and losses observe. Null takes it away.
 *
 * @throws ValueError for what is no tensor.
 *
 * @example
 * const x = tensor([[1, 2, 0]]);
 * setMask(x, tensor([[true, true, false]]));
 * maskOf(x); // [[true, true, false]]
 */
export function setMask(x: AnyTensor | SymbolicTensor, mask: Mask | null): void {
  if (!isTensorBase(x) && !isSymbolic(x)) throw new ValueError(`[setMask] x must be a tensor: received ${describe(x)}`);
  if (mask === null) masks.delete(x);
  else masks.set(x, mask);
}
