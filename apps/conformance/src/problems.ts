import { compare, type Tolerance } from "./format/compare.ts";
import { type HostArray, readBack } from "./format/host-array.ts";

/** Collects what is wrong in a case. */
export class Problems {
  readonly #list: string[] = [];

  get list(): readonly string[] {
    return this.#list;
  }

  add(what: string, problem: string | null): void {
    if (problem !== null) this.#list.push(`${what}: ${problem}`);
  }

  /** Reads a result back and compares it. */
  async compare(
    what: string,
    actual: unknown,
    expected: HostArray,
    tolerance: Tolerance,
    options: { readonly anyDType?: boolean; readonly share?: number } = {},
  ): Promise<void> {
    this.add(what, compare(await readBack(actual), expected, tolerance, options));
  }

  /** Runs a part of a case, so that an error in it does not hide the other parts. */
  async attempt(what: string, body: () => unknown): Promise<void> {
    try {
      await body();
    } catch (error) {
      if (error instanceof Error && (error.name === "NotBuilt" || isRefusal(error))) throw error;
      this.#list.push(`${what}: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`);
    }
  }
}

const refusals = /not on the \w+ backend yet|^\[tensor\] .* has no \w+: it has |there are no kernels for \w+|cannot be read synchronously/;

/** True for the errors by which a device says that it lacks a dtype, an operation, or reading that does not wait. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && refusals.test(error.message);
}
