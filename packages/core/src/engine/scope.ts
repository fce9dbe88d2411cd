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
  return withContext({ scope: { path: scope === null ? name : `${scope.path}/${name}` } }, body);
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
