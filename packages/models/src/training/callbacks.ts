import type { CallbackLike } from "@neurite/core";
import { CallbackList, ProgressBar } from "@neurite/callbacks";
import type { Model } from "../model.ts";

/** The callbacks of one job, with the progress bar unless it is silent. */
export function callbacksOf(
  model: Model,
  callbacks: readonly CallbackLike[],
  verbose: "auto" | 0 | 1 | 2,
  params: { readonly epochs: number; readonly steps: number },
): CallbackList {
  return new CallbackList([...callbacks, ...(verbose === 0 ? [] : [new ProgressBar()])], { model, params: { ...params, verbose } });
}
