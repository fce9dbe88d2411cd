import { build, bindOne, type BinaryName, type DType, type UnaryName, type Value } from "@neurite/core";
import { complexNumbers, distinct, exactly, type GradientCase, type GradientInput, nonzero, uniform } from "../case.ts";

function unaryCase(primitive: UnaryName, input: GradientInput, variant = ""): GradientCase {
  return { name: primitive + variant, primitive, inputs: [input], fn: ([x]) => [build.unary(primitive, x)] };
}

function binaryCase(primitive: BinaryName, a: GradientInput, b: GradientInput, variant = ""): GradientCase {
  return { name: primitive + variant, primitive, inputs: [a, b], fn: ([x, y]) => [build.binary(primitive, x, y)] };
}

const positive = uniform([2, 3], 3, 0.5, 2);
const z = complexNumbers([3], 5);

export const elementwiseCases: readonly GradientCase[] = [
  unaryCase("neg", uniform([4])),
  unaryCase("abs", nonzero([6])),
  unaryCase("abs", z, ": complex"),
  unaryCase("exp", uniform([4])),
  unaryCase("exp", z, ": complex"),
  unaryCase("expm1", uniform([4])),
  unaryCase("log", positive),
  unaryCase("log", exactly("complex64", [2], [1, 0.5, 0.75, -1]), ": complex"),
  unaryCase("log1p", uniform([4], 2, -0.5, 2)),
  unaryCase("sin", uniform([4])),
  unaryCase("sin", z, ": complex"),
  unaryCase("cos", uniform([4])),
  unaryCase("cos", z, ": complex"),
  unaryCase("tanh", uniform([4])),
  unaryCase("tanh", exactly("complex64", [2], [0.5, 0.25, -0.75, 0.5]), ": complex"),
  unaryCase("sqrt", positive),
  unaryCase("sqrt", exactly("complex64", [2], [1, 0.5, 0.75, -1]), ": complex"),
  unaryCase("rsqrt", positive),
  unaryCase("erf", uniform([4], 4, -2, 2)),
  { name: "real", primitive: "real", inputs: [z], fn: ([x]) => [build.mul(build.real(x), build.real(x))] },
  { name: "imag", primitive: "imag", inputs: [z], fn: ([x]) => [build.mul(build.imag(x), build.imag(x))] },

  binaryCase("add", uniform([2, 3]), uniform([3], 2), ": broadcast"),
  binaryCase("sub", uniform([2, 1]), uniform([3], 2), ": broadcast both"),
  binaryCase("mul", uniform([2, 3]), uniform([], 2), ": scalar"),
  binaryCase("mul", z, complexNumbers([3], 6), ": complex"),
  binaryCase("div", uniform([2, 3]), nonzero([2, 1], 2)),
  binaryCase("div", z, complexNumbers([3], 6), ": complex"),
  binaryCase("rem", exactly("float64", [4], [5.3, -5.3, 2.2, -0.4]), exactly("float64", [4], [2, 2, -0.7, 1.5])),
  binaryCase("pow", positive, uniform([2, 3], 2, -2, 2)),
  binaryCase("pow", exactly("complex64", [2], [1, 0.5, 0.75, -1]), exactly("complex64", [2], [0.5, 0.25, 1, -0.5]), ": complex"),
  {
    name: "pow: negative and zero bases, whole exponents",
    primitive: "pow",
    inputs: [exactly("float64", [6], [-1.3, -0.8, 0, 0, 0, 1.7])],
    fn: ([x]) => [bindOne("pow", [x, exponents([2, 3, 2, 1, 0, 0], x.dtype)], {})],
  },
  binaryCase("max", distinct([2, 3], 7), distinct([2, 3], 8)),
  binaryCase("min", distinct([2, 3], 7), distinct([3], 8), ": broadcast"),
  binaryCase("atan2", nonzero([5], 3), nonzero([5], 4)),
  binaryCase("complex", exactly("float32", [2], [0.5, -1]), exactly("float32", [2], [0.25, 2])),
  {
    name: "select",
    primitive: "select",
    inputs: [exactly("bool", [3], [1, 0, 1]), uniform([2, 3]), uniform([2, 1], 2)],
    fn: ([c, a, b]) => [build.select(c, build.mul(a, a), build.exp(b))],
  },
  {
    name: "cast: float32 to float64",
    primitive: "cast",
    inputs: [exactly("float32", [3], [0.5, -1.25, 2])],
    fn: ([x]) => [build.exp(build.cast(x, "float64"))],
  },
  {
    name: "cast: real to complex and back",
    primitive: "cast",
    inputs: [exactly("float32", [3], [0.5, -1.25, 1])],
    fn: ([x]) => [build.cast(build.exp(build.cast(x, "complex64")), "float32")],
  },
  {
    name: "check",
    primitive: "check",
    inputs: [uniform([3])],
    fn: ([x]) => [build.check(build.exp(x), build.le(x, 5), "too large")],
  },
  { name: "barrier", primitive: "barrier", inputs: [uniform([3])], fn: ([x]) => [bindOne("barrier", [build.exp(x)], {})] },
];

/** A constant vector out of scalars, so that nothing is captured. */
function exponents(values: readonly number[], dtype: DType): Value {
  return build.concat(
    values.map((value) => build.reshape(build.constant(value, dtype), [1])),
    0,
  );
}
