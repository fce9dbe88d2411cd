import { currentCallSettings, withCallSettings } from "@neurite/core";

/** What holds during the outermost call of a layer and everything called inside it. */
interface CallContext {
  readonly training: boolean;
}

const current = (): CallContext | null => currentCallSettings() as CallContext | null;

/**
 * True inside the call of a layer or model in training mode, for inputs of any shape.
 *
 * @example
 * isTraining(); // false
 * withTraining(true, () => isTraining()); // true
 */
export function isTraining(): boolean {
  return current()?.training ?? false;
}

/** True while some layer is being called. */
export function insideCall(): boolean {
  return current() !== null;
}

/**
 * Runs `body` (layers called on tensors of any shape) in training or inference mode; null keeps what holds around it, which outside of
 * all layers is inference.
 *
 * @example
 * withTraining(true, () => isTraining()); // true
 */
export function withTraining<T>(training: boolean | null, body: () => T): T {
  return withCallSettings({ training: training ?? isTraining() } satisfies CallContext, body);
}
