import type { AnyTensor } from "../tensor/base.ts";
import { context } from "./context.ts";
import { realize } from "./realize.ts";

/** True while a function is being traced or shapes are being inferred. */
export function isTracing(): boolean {
  return context.trace !== null;
}

/** Computes these tensors, and every assignment that is pending, in one run. */
export function realizeAll(...tensors: readonly AnyTensor[]): void {
  if (context.trace === null) realize(tensors.map(({ value }) => value));
}
