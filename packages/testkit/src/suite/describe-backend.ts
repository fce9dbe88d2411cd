import type { Backend } from "@neurite/core";
import { type MakeBackend, NotApplicable, type SuiteOptions, suiteParts } from "./options.ts";
import { suiteTests } from "./suite-tests.ts";

/** What a test function gives to its body. */
interface TestContext {
  skip(reason?: string): void;
}

/** `describe` and `test` of vitest or of `node:test`, which take the same arguments. */
export interface TestRunner {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly test: (name: string, options: { readonly timeout: number }, body: (context: TestContext) => Promise<void>) => unknown;
}

/**
 * Registers the whole conformance suite for a backend: call it at the top of a test file.
 *
 * @param make Makes the backend. Called once for most tests and again for those that dispose of it. Where it is asynchronous, await
 *   the call.
 * @param options `describe` and `test` of vitest or `node:test`, and {@link SuiteOptions}.
 * @example
 * import { describe, test } from "vitest"; // or "node:test"
 * import { describeBackend } from "@neurite/testkit";
 *
 * describeBackend("cpu", () => cpu({ threads: 2 }), { describe, test });
 * await describeBackend("webgpu", () => webgpu(), { describe, test, sizes: [1, 4, 65] });
 */
export function describeBackend(name: string, make: () => Backend, options: TestRunner & SuiteOptions): void;
export function describeBackend(name: string, make: () => Promise<Backend>, options: TestRunner & SuiteOptions): Promise<void>;
export function describeBackend(name: string, make: MakeBackend, options: TestRunner & SuiteOptions): void | Promise<void> {
  const { describe, test, timeout = 60_000 } = options;
  const register = (backend: Backend): void => {
    const tests = suiteTests(backend, make, options);
    for (const part of suiteParts) {
      const own = tests.filter((each) => each.part === part);
      if (own.length === 0) continue;
      describe(`${name}: ${part}`, () => {
        for (const { name: path, run } of own) {
          test(path, { timeout }, async (context) => {
            try {
              await run();
            } catch (error) {
              if (!(error instanceof NotApplicable)) throw error;
              context.skip(error.message);
            }
          });
        }
      });
    }
  };
  const made = make();
  return made instanceof Promise ? made.then(register) : register(made);
}

/** Outcome of {@link runBackendSuite}. */
export interface SuiteReport {
  readonly passed: number;
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
  readonly failed: readonly { readonly name: string; readonly error: Error }[];
}

/**
 * Runs the suite without a test runner: in worker threads, browsers, scripts.
 *
 * @example
 * const { failed } = await runBackendSuite(() => cpu(), { parts: ["primitives"] });
 */
export async function runBackendSuite(make: MakeBackend, options: SuiteOptions = {}): Promise<SuiteReport> {
  let passed = 0;
  const skipped: { name: string; reason: string }[] = [];
  const failed: { name: string; error: Error }[] = [];
  for (const { name, run } of suiteTests(await make(), make, options)) {
    try {
      await run();
      passed++;
    } catch (error) {
      if (error instanceof NotApplicable) skipped.push({ name, reason: error.message });
      else failed.push({ name, error: error as Error });
    }
  }
  return { passed, skipped, failed };
}
