import { NeuriteError } from "./errors.ts";

/** An error whose message begins with `[something]` as one of the function that users called. */
export function renamed(error: unknown, name: string): unknown {
  if (!(error instanceof NeuriteError)) return error;
  const [prefix, inner] = /^\[([\w.]+)\]/.exec(error.message) ?? [];
  if (prefix !== undefined && inner !== name && inner !== name.split(".").at(-1))
    error.message = `[${name}]${error.message.slice(prefix.length)}`;
  return error;
}
