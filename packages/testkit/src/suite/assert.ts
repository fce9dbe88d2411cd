/** Assertions that need no test library. */
import { NeuriteError } from "@neurite/core";

/** Throws unless the two are the same as JSON. */
export function assertEqual(found: unknown, expected: unknown, what: string): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}: ${a} instead of ${b}`);
}

export function assert(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

/** Throws unless every number is near its counterpart. */
export function assertNear(found: readonly number[], expected: readonly number[], tolerance: number, what: string): void {
  const near = found.length === expected.length && found.every((x, i) => Math.abs(x - expected[i]) <= tolerance);
  if (!near) throw new Error(`${what}: [${found}] instead of [${expected}]`);
}

/** Runs something that must fail, with an error of neurite's whose message matches; gives the error. */
export async function assertFails(what: string, body: () => unknown, message: RegExp = /./): Promise<Error> {
  let error: unknown;
  try {
    await body();
  } catch (thrown) {
    error = thrown;
  }
  if (error === undefined) throw new Error(`${what}: nothing was thrown`);
  if (!(error instanceof NeuriteError)) {
    const name = error instanceof Error ? `${error.name}: ${error.message}` : typeof error;
    throw new Error(`${what}: threw ${name}, which is no NeuriteError`, { cause: error });
  }
  if (!message.test(error.message)) throw new Error(`${what}: "${error.message}" does not match ${message}`, { cause: error });
  return error;
}
