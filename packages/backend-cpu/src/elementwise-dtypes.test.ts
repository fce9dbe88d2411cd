/** Every elementwise primitive in every dtype that it takes, against the reference backend, on all instruction sets. */
import type { BinaryName, DType, UnaryName, Value } from "@neurite/core";
import { bindOne, build as b, dtypes } from "@neurite/core";
import { describe, expect, test } from "vitest";
import {
  expectAgreement,
  float16Bits,
  float16Number,
  bfloat16Bits,
  bfloat16Number,
  graphOf,
  pack,
  runGraph,
  sampleOf,
  unpack,
} from "./testing/compare.ts";
import { eachBackend, randomNumbers } from "./testing/plans.ts";

const backends = eachBackend().filter(({ threads }) => threads === 1);
const floating: readonly DType[] = ["float16", "bfloat16", "float32", "float64"];
const integers: readonly DType[] = ["int8", "uint8", "int32", "uint32", "int64"];
const inexact: readonly DType[] = [...floating, "complex64"];
const real: readonly DType[] = [...floating, ...integers];
const number: readonly DType[] = [...real, "complex64"];

const unary: Record<UnaryName, readonly DType[]> = {
  neg: number,
  abs: number,
  sign: real,
  floor: floating,
  ceil: floating,
  round: floating,
  exp: inexact,
  expm1: inexact,
  log: inexact,
  log1p: inexact,
  sin: inexact,
  cos: inexact,
  tanh: inexact,
  sqrt: inexact,
  rsqrt: inexact,
  erf: floating,
  not: ["bool", ...integers],
  real: ["complex64"],
  imag: ["complex64"],
};

const binary: Record<BinaryName, readonly DType[]> = {
  add: number,
  sub: number,
  mul: number,
  div: inexact,
  rem: real,
  pow: number,
  max: real,
  min: real,
  atan2: floating,
  eq: dtypes,
  lt: ["bool", ...real],
  le: ["bool", ...real],
  and: ["bool", ...integers],
  or: ["bool", ...integers],
  xor: ["bool", ...integers],
  shl: integers,
  shr: integers,
  complex: ["float32"],
};

/** Around the widths of vectors, and of the blocks that programs run in. */
const sizes = [1, 3, 15, 17, 33, 200, 1031];

/** Where powers and quotients of integers are undefined, and complex functions have no one answer at infinity. */
function wellDefined(op: string, dtype: DType, i: number): (x: number | bigint) => number | bigint {
  const isInteger = integers.includes(dtype);
  return (x) => {
    if (dtype === "complex64") return Number.isFinite(Number(x)) && Math.abs(Number(x)) > 1e-30 ? x : 0.5;
    if (!isInteger || i === 0) return x;
    const typed = (value: number): number | bigint => (dtype === "int64" ? BigInt(value) : value);
    if (op === "pow") return typed(Math.abs(Number(x)) % 7);
    return (op === "div" || op === "rem") && Number(x) === 0 ? typed(3) : x;
  };
}

describe.each(Object.entries(unary) as [UnaryName, readonly DType[]][])("%s", (op, list) => {
  test.each(list)("of %s", (dtype) => {
    const random = randomNumbers(7);
    for (const size of sizes) {
      const x = sampleOf(dtype, [size], random, dtype !== "complex64");
      const input = { ...x, elements: x.elements.map(wellDefined(op, dtype, 0)) };
      expectAgreement(backends, op, [input], (value) => [b.unary(op, value)]);
    }
  });
});

describe.each(Object.entries(binary) as [BinaryName, readonly DType[]][])("%s", (op, list) => {
  const divisors: readonly DType[] = op === "div" ? [...list, ...integers] : list;
  test.each(divisors)("of %s, whole, stretched and of a row", (dtype) => {
    const random = randomNumbers(11);
    for (const size of sizes) {
      for (const shapes of [
        [
          [2, size],
          [2, size],
        ],
        [[2, size], [1]],
        [[1], [2, size]],
        [
          [size, 1],
          [size, 3],
        ],
      ]) {
        const inputs = shapes.map((shape, i) => {
          const x = sampleOf(dtype, shape, random);
          return { ...x, elements: x.elements.map(wellDefined(op, dtype, i)) };
        });
        expectAgreement(backends, op, inputs, (x, y) => [bindOne(op, [x, y], {})], { places: op === "pow" ? 8 : 4 });
      }
    }
  });
});

describe("cast", () => {
  test.each(dtypes)("of %s to every dtype rounds, wraps and saturates", (from) => {
    const random = randomNumbers(13);
    for (const size of [1, 17, 300]) {
      const x = sampleOf(from, [size], random);
      const large = [1e10, -1e10, 1e20, -1e20, 127.5, 128, -129, 255.9, 256, 2147483648, 4294967296, 65520, 9.3e18, -0.9].map((each) =>
        from === "int64" ? BigInt(Math.trunc(each)) % 2n ** 62n : each,
      );
      const withLarge = { ...x, shape: [size + large.length], elements: [...x.elements, ...large] };
      const input =
        floating.includes(from) || from === "int64"
          ? { ...withLarge, elements: unpack(from, pack(from, withLarge.elements).buffer as ArrayBuffer) }
          : x;
      // The reference rounds 64-bit integers twice on their way to float32.
      expectAgreement(backends, `cast ${from}`, [input], (value) => dtypes.map((to) => b.cast(value, to)), { places: 2 });
    }
  });

  test("to 16-bit floats rounds once, also from float64 and from large integers", () => {
    // Just above the middle between two float16, or bfloat16: rounding to float32 first would fall on the middle, and then to even.
    const doubles = [1 + 2 ** -11 + 2 ** -40, 1 + 2 ** -8 + 2 ** -40, -(1 + 2 ** -11 + 2 ** -40), 2 ** -25 + 2 ** -60, 65520 - 2 ** -20];
    const longs = [(1n << 40n) + (1n << 32n) + 1n, -((1n << 40n) + (1n << 32n) + 1n), (1n << 62n) + (1n << 54n) + 1n, 2n ** 63n - 1n];
    const ints = [(1 << 30) + (1 << 22) + 1, -((1 << 30) + (1 << 22) + 1)];
    for (const backend of backends) {
      const graph = graphOf([{ dtype: "float64", shape: [5] }], (x) => [b.cast(x, "float16"), b.cast(x, "bfloat16")]);
      const [half, brain] = runGraph(backend, graph, [{ dtype: "float64", shape: [5], elements: doubles }]);
      expect(half).toEqual(doubles.map((x) => float16Number(float16Bits(x))));
      expect(brain[0]).toBe(1);
      expect(brain[1]).toBe(1 + 2 ** -7);
      const fromLongs = graphOf([{ dtype: "int64", shape: [4] }], (x) => [b.cast(x, "bfloat16")]);
      expect(runGraph(backend, fromLongs, [{ dtype: "int64", shape: [4], elements: longs }])[0]).toEqual([
        2 ** 40 + 2 ** 33,
        -(2 ** 40 + 2 ** 33),
        2 ** 62 + 2 ** 55,
        2 ** 63,
      ]);
      const fromInts = graphOf([{ dtype: "int32", shape: [2] }], (x) => [b.cast(x, "bfloat16")]);
      expect(runGraph(backend, fromInts, [{ dtype: "int32", shape: [2], elements: ints }])[0]).toEqual([
        2 ** 30 + 2 ** 23,
        -(2 ** 30 + 2 ** 23),
      ]);
    }
  });

  test("every 16-bit pattern survives loading and storing", () => {
    const bits = Array.from({ length: 65536 }, (_, i) => i);
    for (const [dtype, decode] of [
      ["float16", float16Number],
      ["bfloat16", bfloat16Number],
    ] as const) {
      const numbers = bits.map(decode);
      for (const backend of backends) {
        const graph = graphOf([{ dtype, shape: [65536] }], (x) => [b.cast(x, "float32"), b.mul(x, 1), b.cast(b.cast(x, "float32"), dtype)]);
        const storage = backend.alloc(131072);
        backend.write(storage, Uint16Array.from(bits));
        const outputs = backend.run(backend.bind(backend.compile(graph), []), [storage], []);
        const read = (i: number) => unpack(graph.outputs[i].dtype, backend.readSync(outputs[i], 0, outputs[i].bytes));
        expect(read(0)).toEqual(numbers);
        expect(read(1)).toEqual(numbers);
        expect(read(2)).toEqual(numbers);
      }
    }
  });
});

const wide: readonly (readonly [DType, DType])[] = [
  ["float32", "int32"],
  ["int32", "uint32"],
  ["uint32", "float32"],
  ["float64", "int64"],
  ["int64", "complex64"],
  ["complex64", "float64"],
  ["int8", "uint8"],
  ["bool", "uint8"],
  ["float16", "bfloat16"],
];

test.each(wide)("bitcast of %s to %s and back", (from, to) => {
  const random = randomNumbers(17);
  const x = sampleOf(from, [37], random, false);
  expectAgreement(backends, "bitcast", [x], (value) =>
    from === "bool" ? [b.bitcast(value, to)] : [b.bitcast(value, to), b.bitcast(b.bitcast(value, to), from)],
  );
});

test.each(dtypes)("select, views, check and constants of %s", (dtype) => {
  const random = randomNumbers(19);
  for (const size of [5, 40]) {
    const inputs = [
      sampleOf("bool", [size, 3], random),
      sampleOf(dtype, [size, 3], random),
      sampleOf(dtype, [3], random),
      sampleOf("bool", [size, 1], random),
    ];
    expectAgreement(backends, "select", inputs, (condition, x, y, row) => [
      b.select(condition, x, y),
      b.select(row, y, x),
      b.transpose(x, [1, 0]),
      b.flip(b.slice(x, [1, 0], [size, 3], [2, 1]), [0]),
      b.broadcast(y, [2, 3]),
      b.concat([x, b.broadcast(y, [1, 3])], 0),
      b.pad(
        x,
        [1, -1],
        [0, 2],
        [1, 0],
        dtype === "bool" ? b.constant(true, "bool") : dtype === "int64" ? b.constant(2n ** 40n, "int64") : 2,
      ),
      dtype === "bool" ? x : b.add(x, dtype === "int64" ? b.constant(2n ** 62n + 3n, dtype) : b.constant(3, dtype)),
      b.check(x, b.constant(true, "bool"), "never"),
    ]);
  }
});

test.each(number)("iota and long chains of %s round each step as the dtype says", (dtype) => {
  const random = randomNumbers(23);
  const inputs = [sampleOf(dtype, [7, 130], random, false), sampleOf(dtype, [130], random, false)];
  const chain = (x: Value, y: Value): Value[] => {
    const first = b.add(b.mul(x, y), b.mul(y, y));
    const second = b.sub(b.mul(first, x), b.mul(y, first));
    return dtype === "complex64" ? [first, second] : [first, second, b.add(second, b.iota([7, 130], 1, dtype))];
  };
  // float32 and float64 may round a product and a sum once.
  expectAgreement(
    backends,
    "chain",
    inputs,
    chain,
    dtype === "float16" || dtype === "bfloat16" ? { places: 0 } : { places: 16, floor: 16 },
  );
});

test("integer division by zero names the operation", () => {
  for (const dtype of integers) {
    const zero = { dtype, shape: [3], elements: dtype === "int64" ? [1n, 0n, 2n] : [1, 0, 2] };
    for (const op of ["div", "rem"] as const) {
      const graph = graphOf([zero, zero], (x, y) => [bindOne(op, [x, y], {})]);
      for (const backend of backends) expect(() => runGraph(backend, graph, [zero, zero])).toThrow(`[${op}] integer division by zero`);
    }
  }
});

test("bfloat16 of the tests' own conversions is NumPy's", () => {
  expect([1 + 2 ** -8, 1 + 3 * 2 ** -8, 3.4e38, 1e-40].map((x) => bfloat16Number(bfloat16Bits(x)))).toEqual([
    1,
    1.015625,
    Infinity,
    9.183549615799121e-41,
  ]);
  expect([1.0009765625 + 2 ** -11, 65519.99, 65520, 2.9e-8].map((x) => float16Number(float16Bits(x)))).toEqual([
    1.001953125,
    65504,
    Infinity,
    0,
  ]);
});
