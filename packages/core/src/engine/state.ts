import type { AnyTensor } from "../tensor/base.ts";
import { context, withContext } from "./context.ts";
import { realize } from "./realize.ts";

/** True while a function is being traced or shapes are being inferred. */
export function isTracing(): boolean {
  return context.trace !== null;
}

/** Computes these tensors, and every assignment that is pending, in one run. */
export function realizeAll(...tensors: readonly AnyTensor[]): void {
  if (context.trace === null) realize(tensors.map(({ value }) => value));
}

/**
 * Runs `body` as plain eager code though shapes are being inferred around it: how layers make their weights at the first call.
 * While a function is being compiled it runs in place, so that creating a variable is refused there as everywhere.
 */
export function outsideInference<T>(body: () => T): T {
  if (context.trace?.owner()?.kind === "function") return body();
  return withContext({ trace: null, recorders: [] }, body);
}
