import { type AnyTensor, flattenTree, isTensor, ops, setDefaultDevice } from "@neurite/core";
import { reference } from "@neurite/backend-reference";
import { beforeAll, describe, expect, test } from "vitest";
import { cases, type Encoded, numbers, tensorOf, withArrays } from "./testing/numpy-cases.ts";

function describeArgs(args: readonly unknown[]): string {
  return args
    .map((arg) => {
      if (typeof arg !== "object" || arg === null) return JSON.stringify(arg);
      if ("options" in arg)
        return JSON.stringify(arg.options, (_, value: unknown) =>
          typeof value === "object" && value !== null && "data" in value ? "…" : value,
        );
      return "shape" in arg ? `[${String((arg as Encoded).shape)}]` : "[…]";
    })
    .join(", ");
}

describe("what NumPy and SciPy give", () => {
  beforeAll(() => setDefaultDevice(reference()));

  test.each(cases.map((c, i) => [`${i}: ${c.op}(${describeArgs(c.args)})`, c] as const))(
    "%s",
    async (_, { op, args, expected, tolerance }) => {
      const fn = (ops as unknown as Record<string, (...args: unknown[]) => unknown>)[op];
      const given = withArrays(args, (x) => tensorOf(x));
      const result = flattenTree((fn as (...args: unknown[]) => unknown)(...given)).filter(isTensor) as AnyTensor[];
      for (const [i, want] of expected.entries()) {
        const got = result[i] as AnyTensor;
        expect(got.shape).toEqual(want.shape);
        expect(got.dtype).toBe(want.dtype);
        const values = await numbers(got);
        want.data.map(Number).forEach((value, j) => {
          const found = values[j] as number;
          if (Object.is(found, value) || found === value) return;
          const message = `element ${j}: ${found}, NumPy gives ${value}`;
          expect(Math.abs(found - value) <= tolerance * Math.max(Math.abs(value), 1e-2), message).toBe(true);
        });
      }
    },
  );
});
