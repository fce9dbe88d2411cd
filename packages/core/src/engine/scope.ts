import { context, withContext } from "./context.ts";

/** Runs `body` with `name` added to the path that errors, traces and profiles show for what is made inside. */
export function withScope<T>(name: string, body: () => T): T {
  const { scope } = context;
  return withContext({ scope: { path: scope === null ? name : `${scope.path}/${name}` } }, body);
}

/** Path of the scopes around the current code: "functional/dense_1"; empty outside. */
export function currentScope(): string {
  return context.scope?.path ?? "";
}
