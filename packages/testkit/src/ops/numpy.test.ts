import { readFileSync } from "node:fs";
import { type AnyTensor, type DType, flattenTree, isTensor, ops, setDefaultDevice, tensor } from "@neurite/core";
import { reference } from "@neurite/backend-reference";
import { beforeAll, describe, expect, test } from "vitest";

interface Encoded {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: readonly (number | boolean | string)[];
}

interface Case {
  readonly op: string;
  readonly args: readonly unknown[];
  readonly expected: readonly Encoded[];
  readonly tolerance: number;
}

const { cases } = JSON.parse(readFileSync(new URL("./fixtures/numpy.json", import.meta.url), "utf8")) as {
  readonly cases: readonly Case[];
};

function decode(x: unknown): unknown {
  if (Array.isArray(x)) return x.map(decode);
  if (typeof x !== "object" || x === null) return x;
  if ("options" in x)
    return Object.fromEntries(Object.entries(x.options as object).map(([key, value]) => [key, value === "inf" ? Infinity : decode(value)]));
  const { dtype, shape, data } = x as Encoded;
  return tensor(data.map(Number), { dtype, shape });
}

/** Elements as numbers: true is 1, complex numbers are two. */
async function numbers(x: AnyTensor): Promise<number[]> {
  return flattenTree(await x.array()).map(Number);
}

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
      const result = flattenTree((fn as (...args: unknown[]) => unknown)(...args.map(decode))).filter(isTensor) as AnyTensor[];
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
