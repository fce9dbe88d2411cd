import { type CallbackLike, describeValue, suggest, ValueError } from "@neurite/core";
import { Callback } from "./callback.ts";

/** Hooks as functions; see {@link Callback}. */
export type LambdaCallbackHooks = Omit<CallbackLike, "setModel" | "setParams">;

const hookNames: readonly string[] = [
  "onTrainBegin", "onTrainEnd", "onEpochBegin", "onEpochEnd", "onTrainBatchBegin", "onTrainBatchEnd", "onTestBegin", "onTestEnd",
  "onTestBatchBegin", "onTestBatchEnd", "onPredictBegin", "onPredictEnd", "onPredictBatchBegin", "onPredictBatchEnd",
]; // prettier-ignore

/**
 * A callback made of functions.
 *
 * @example
 * new LambdaCallback({ onEpochEnd: (epoch, logs) => console.log(epoch, logs?.loss) });
 */
export class LambdaCallback extends Callback {
  /** @throws ValueError for something that is no hook. */
  constructor(hooks: LambdaCallbackHooks) {
    super();
    if (typeof hooks !== "object" || hooks === null) {
      throw new ValueError(`[LambdaCallback] the hooks must be an object of functions: got ${describeValue(hooks)}`);
    }
    for (const [name, hook] of Object.entries(hooks)) {
      if (!hookNames.includes(name))
        throw new ValueError(`[LambdaCallback] unknown hook ${JSON.stringify(name)}${suggest(name, hookNames)}`);
      if (hook === undefined) continue;
      if (typeof hook !== "function") throw new ValueError(`[LambdaCallback] ${name} must be a function: got ${typeof hook}`);
      (this as unknown as Record<string, unknown>)[name] = hook;
    }
  }
}
