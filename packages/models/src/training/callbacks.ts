import type { CallbackLike } from "@neurite/core";
import { CallbackList } from "@neurite/callbacks";
import type { TrainableModel } from "./trainable-model.ts";
import type { Job } from "./data.ts";
import type { Verbosity } from "./options.ts";

/** The callbacks of one job in Keras's order: the user's, then `own`, then a progress bar unless it is silent or there is one. */
export function callbacksOf(
  job: Job,
  model: TrainableModel,
  { callbacks = [], verbose = "auto" }: { readonly callbacks?: readonly CallbackLike[]; readonly verbose?: Verbosity },
  own: readonly CallbackLike[],
  params: { readonly epochs: number; readonly steps: number | null },
): CallbackList {
  return new CallbackList([...callbacks, ...own], {
    job,
    model,
    addProgbar: verbose !== 0,
    params: { ...params, verbose },
  });
}
