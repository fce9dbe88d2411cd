import { build, type DType, isComplex, isFloating } from "@neurite/core";
import { given, integerRange, ordinary, specialValues } from "../samples/values.ts";
import type { CaseGenerator, PrimitiveCase } from "./case.ts";

/** Values a constant of `dtype` may have. */
function constants(dtype: DType): (number | bigint | boolean)[] {
  if (dtype === "bool") return [true, false];
  if (dtype === "int64") return [0n, 1n, -1n, ...integerRange(dtype)];
  if (isFloating(dtype) || isComplex(dtype)) return [0, 1, -1.5, 0.1, 1e4];
  return [0, 1, ...integerRange(dtype).map(Number)];
}

export const sourceGenerators: Record<"input" | "constant" | "iota" | "random_bits", CaseGenerator> = {
  input: (dtype, { values, sizes }) => [
    { name: "given back", inputs: [specialValues(dtype, values)], fn: ([x]) => [x] },
    { name: "given back twice, beside what is computed of it", inputs: [ordinary(dtype, [3, 4])], fn: ([x]) => [x, build.flip(x, [0]), x] },
    { name: "sizes", inputs: sizes.map((size) => ordinary(dtype, [size], size)), fn: (xs) => xs },
  ],
  constant: (dtype) => [
    {
      name: "values",
      inputs: [],
      fn: () => constants(dtype).flatMap((value) => [build.constant(value, dtype), build.full([2, 3], value, dtype)]),
    },
  ],
  iota: (dtype) =>
    dtype === "bool" || isComplex(dtype)
      ? []
      : [
          {
            name: "shapes and axes",
            inputs: [],
            fn: () =>
              ([[[7], 0], [[3, 5], 0], [[3, 5], 1], [[2, 3, 4], 1], [[0], 0], [[100], 0]] as const).map(([shape, axis]) =>
                build.iota(shape, axis, dtype),
              ), // prettier-ignore
          },
        ],
  random_bits: (dtype, { sizes }) =>
    dtype !== "uint32"
      ? []
      : [
          [0, 0],
          [1, 2],
          [0xffffffff, 0xffffffff],
          [0x13198a2e, 0x03707344],
        ].map((key): PrimitiveCase => ({
          name: `key [${key}]`,
          inputs: [given("uint32", [2], key)],
          fn: ([k]) => [[], [0], [3, 5], ...sizes.map((size) => [size])].map((shape) => build.randomBits(k, shape)),
        })),
};
