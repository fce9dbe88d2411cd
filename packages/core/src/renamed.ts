import { NeuriteError } from "./errors.ts";

const errorsOfRuns = new WeakSet<object>();

/** Runs or reads something on a device. Its errors name the op that failed, whoever it was that looked at the result. */
export function ofRun<T>(body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (typeof error === "object" && error !== null) errorsOfRuns.add(error);
    throw error;
  }
}

/** An error whose message begins with `[something]` as one of the function that users called. */
export function renamed(error: unknown, name: string): unknown {
  if (!(error instanceof NeuriteError) || errorsOfRuns.has(error)) return error;
  const [prefix, inner] = /^\[([\w.]+)\]/.exec(error.message) ?? [];
  if (prefix !== undefined && inner !== name && inner !== name.split(".").at(-1))
    error.message = `[${name}]${error.message.slice(prefix.length)}`;
  return error;
}
