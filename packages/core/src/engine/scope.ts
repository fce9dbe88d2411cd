import { context, withContext } from "./context.ts";
import { refuseAsync } from "./user-function.ts";

/**
 * Runs the synchronous `body` with `name` added to the path that errors, traces and profiles show for what is made inside.
 *
 * @throws TraceError for an async function.
 * @example
 * withScope("encoder", () => block(x)); // errors inside say: in layer "encoder"
 */
export function withScope<T>(name: string, body: () => T): T {
  refuseAsync("withScope", body);
  const { scope } = context;
  return withContext({ scope: { path: currentScope() === "" ? name : `${currentScope()}/${name}`, op: scope?.op ?? null } }, body);
}

/**
 * Path of the scopes around the current code: "functional/dense_1"; empty outside.
 *
 * @example
 * withScope("encoder", () => currentScope()); // "encoder"
 */
export function currentScope(): string {
  return context.scope?.path ?? "";
}

/**
 * Runs `body` under settings of a call, such as training mode: what is computed again for gradients (see `checkpoint`) runs under them too. For
 * packages of layers; null ends those around it.
 *
 * @example
 * withCallSettings({ training: true }, () => currentCallSettings()); // { training: true }
 */
export function withCallSettings<T>(settings: object | null, body: () => T): T {
  return withContext({ call: settings }, body);
}

/**
 * What {@link withCallSettings} around the current code says; null outside.
 *
 * @example
 * currentCallSettings(); // null
 */
export function currentCallSettings(): object | null {
  return context.call;
}
