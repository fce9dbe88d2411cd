/** Checks of the functions that users give: they must be functions, and synchronous. */
import { describe } from "../describe.ts";
import { TraceError, ValueError } from "../errors.ts";

/** Throws unless `fn` is a function. */
export function requireFunction(what: string, fn: unknown): void {
  if (typeof fn !== "function") throw new ValueError(`[${what}] a function is needed: received ${describe(fn)}`);
}

/**
 * Throws for `async` functions given to something that sets up a context for a synchronous one: after their first `await` they would run
 * outside it. Functions that return a promise of something begun inside, such as `tensor.item()`, are fine.
 */
export function refuseAsync(what: string, fn: unknown): void {
  requireFunction(what, fn);
  if (Object.prototype.toString.call(fn) === "[object AsyncFunction]") {
    throw new TraceError(
      `[${what}] the function is async: what follows its first await would run outside ${what}. Await around it, not inside`,
    );
  }
}

/** Throws if a callback that must be synchronous returned a promise. */
export function refusePromise(what: string, result: unknown): void {
  if (typeof (result as PromiseLike<unknown> | null)?.then === "function") {
    // It goes on running: what it throws later must not end the process after this error was handled.
    (result as PromiseLike<unknown>).then(undefined, () => {});
    throw new TraceError(`[${what}] the function is async: it must return its result, not a promise (nothing inside needs await)`);
  }
}
