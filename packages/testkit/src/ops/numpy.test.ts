import { setDefaultDevice } from "@neurite/core";
import { reference } from "@neurite/backend-reference";
import { beforeAll, describe, test } from "vitest";
import { cases, checkCase, type Encoded } from "./testing/numpy-cases.ts";

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

  test.each(cases.map((c, i) => [`${i}: ${c.op}(${describeArgs(c.args)})`, c] as const))("%s", (_, given) => checkCase(given));
});
