import { reference } from "@neurite/backend-reference";
import { bind, build, type CompositeVjp, type PrimitiveName, primitives, traceGraph } from "@neurite/core";
import { describe, expect, test } from "vitest";
import { type GradientCase, uniform } from "./case.ts";
import { gradientCases } from "./cases.ts";
import { checkGradients } from "./check.ts";

describe("first and second derivatives agree with central differences", () => {
  const backend = reference({ precision: "float64" });
  test.each(gradientCases)("$name", async (gradientCase) => {
    await expect(checkGradients(backend, gradientCase)).resolves.toBeUndefined();
  });
});

test("every primitive with a gradient rule has a case", () => {
  const covered = new Set(gradientCases.map(({ primitive }) => primitive));
  const differentiable = (Object.keys(primitives) as PrimitiveName[]).filter((name) => typeof primitives[name].vjp === "function");
  expect(differentiable.filter((name) => !covered.has(name))).toEqual([]);
});

test("no two cases have one name", () => {
  const names = gradientCases.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test("the checker finds a wrong rule, and a rule that is wrong only in second order", async () => {
  const square = (rule: CompositeVjp): GradientCase => ({
    name: "square",
    primitive: "composite",
    inputs: [uniform([3])],
    fn: ([x]) => {
      const { graph } = traceGraph([x], ([a]) => [build.mul(a, a)]);
      return bind("composite", [x], { name: "square", attributes: {}, body: graph, vjp: rule });
    },
  });
  const threefold: CompositeVjp = ({ inputs: [x], cotangents: [ct] }) => [ct && build.mul(ct, build.mul(x, 3))];
  await expect(checkGradients(reference({ precision: "float64" }), square(threefold))).rejects.toThrow("first derivative of input 0");
  const stopped: CompositeVjp = ({ inputs: [x], cotangents: [ct] }) => [ct && build.mul(ct, build.mul(build.stopGradient(x), 2))];
  await expect(checkGradients(reference({ precision: "float64" }), square(stopped))).rejects.toThrow("second derivative of input 0");
});
