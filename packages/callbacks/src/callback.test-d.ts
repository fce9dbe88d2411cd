import type { CallbackLike, Logs } from "@neurite/core";
import { Callback } from "./callback.ts";

class Ratio extends Callback {
  override onEpochEnd(epoch: number, logs: Logs): void {
    console.log(epoch, (logs["val_loss"] as number) / (logs["loss"] as number));
  }
}
// Hooks are always called with logs: who wants them need not say that there may be none.
export const listener: CallbackLike = new Ratio();
