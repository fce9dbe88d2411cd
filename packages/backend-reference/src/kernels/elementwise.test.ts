import { type BinaryName, build, type DType, type UnaryName } from "@neurite/core";
import { describe, expect, test } from "vitest";
import { evaluate, evaluateAll, f32, f64, i32, sample } from "../../test/evaluate.ts";

const { binary, bitcast, cast, select, unary } = build;

function apply1(op: UnaryName, dtype: DType, elements: number[]): number[] {
  return evaluate([sample(dtype, [elements.length], elements)], (x) => unary(op, x));
}

function apply2(op: BinaryName, dtype: DType, a: number[], b: number[]): number[] {
  return evaluate([sample(dtype, [a.length], a), sample(dtype, [b.length], b)], (x, y) => binary(op, x, y));
}

describe("real unary", () => {
  test.each<[UnaryName, number[], number[]]>([
    ["neg", [1.5, -0, 0, NaN, Infinity], [-1.5, 0, -0, NaN, -Infinity]],
    ["abs", [-1.5, -0, NaN, -Infinity], [1.5, 0, NaN, Infinity]],
    ["sign", [-3, 0, 2, NaN, -Infinity], [-1, 0, 1, NaN, -1]],
    ["floor", [-1.5, 1.5, -0.5], [-2, 1, -1]],
    ["ceil", [-1.5, 1.5, -0.5], [-1, 2, -0]],
    ["round", [0.5, 1.5, 2.5, -0.5, -1.5, 0.49999999999999994, 2 ** 52 + 1, -0, NaN], [0, 2, 2, -0, -2, 0, 2 ** 52 + 1, -0, NaN]],
    ["exp", [0, 1, -Infinity, 710], [1, Math.E, 0, Infinity]],
    ["expm1", [1e-20, 0, -Infinity], [1e-20, 0, -1]],
    ["log", [1, 0, -1, Math.E], [0, -Infinity, NaN, 1]],
    ["log1p", [1e-20, -1, -2], [1e-20, -Infinity, NaN]],
    ["sin", [0, Math.PI / 2, Infinity], [0, 1, NaN]],
    ["cos", [0, Math.PI, Infinity], [1, -1, NaN]],
    ["tanh", [0, 30, -Infinity], [0, 1, -1]],
    ["sqrt", [4, -1, 0, Infinity], [2, NaN, 0, Infinity]],
    ["rsqrt", [4, 0, -1, Infinity], [0.5, Infinity, NaN, 0]],
    ["erf", [0, 7, -Infinity], [0, 1, -1]],
  ])("%s", (op, x, expected) => expect(apply1(op, "float64", x)).toEqual(expected));

  test("results are rounded to float32, unless the precision is float64", () => {
    expect(apply1("exp", "float32", [1])).toEqual([Math.fround(Math.E)]);
    const difference = (precision: "exact" | "float64"): number[] =>
      evaluate([f32([], [1])], (x) => cast(build.sub(cast(build.exp(x), "float64"), Math.E), "float64"), { precision });
    expect(difference("float64")).toEqual([0]);
    expect(difference("exact")).toEqual([Math.fround(Math.E) - Math.E]);
  });

  test("16-bit formats are rounded after every node", () => {
    // 1 + 2^-9 is no bfloat16, so that adding 2^-9 twice changes nothing; in double precision it adds up.
    const twice = (precision: "exact" | "float64"): number[] =>
      evaluate([sample("bfloat16", [], [1])], (x) => cast(build.add(build.add(x, 2 ** -9), 2 ** -9), "float32"), { precision });
    expect(twice("exact")).toEqual([1]);
    expect(twice("float64")).toEqual([1 + 2 ** -8]);
    expect(apply1("exp", "float16", [12])).toEqual([Infinity]);
  });

  test("integers: neg and abs of the lowest wrap; not is bitwise, and logical on bool", () => {
    expect(apply1("neg", "int8", [-128, 5])).toEqual([-128, -5]);
    expect(apply1("abs", "int32", [-(2 ** 31), -7])).toEqual([-(2 ** 31), 7]);
    expect(apply1("neg", "uint8", [1, 0])).toEqual([255, 0]);
    expect(apply1("not", "uint32", [0, 5])).toEqual([2 ** 32 - 1, 2 ** 32 - 6]);
    expect(apply1("not", "int8", [0, -1])).toEqual([-1, 0]);
    expect(apply1("not", "bool", [0, 1])).toEqual([1, 0]);
    expect(apply1("sign", "int32", [-5, 0, 9])).toEqual([-1, 0, 1]);
  });
});

describe("real binary", () => {
  test.each<[BinaryName, number[], number[], number[]]>([
    ["add", [0.1, Infinity, -0], [0.2, -Infinity, -0], [0.1 + 0.2, NaN, -0]],
    ["sub", [1, Infinity], [3, Infinity], [-2, NaN]],
    ["mul", [0, -2, 1e200], [Infinity, 3, 1e200], [NaN, -6, Infinity]],
    ["div", [1, -1, 0], [0, 0, 0], [Infinity, -Infinity, NaN]],
    ["rem", [5.5, -5.5, 5.5, 1], [2, 2, -2, 0], [1.5, -1.5, 1.5, NaN]],
    ["pow", [2, 1, 0, -8, -1, NaN, 4], [10, NaN, 0, 1 / 3, Infinity, 0, -0.5], [1024, 1, 1, NaN, 1, 1, 0.5]],
    ["max", [1, NaN, 1, -Infinity, -0], [2, 1, NaN, 3, 0], [2, NaN, NaN, 3, 0]],
    ["min", [1, NaN, 1, Infinity], [2, 1, NaN, 3], [1, NaN, NaN, 3]],
    ["atan2", [1, -1, 0, 0], [1, -1, -1, 1], [Math.PI / 4, (-3 * Math.PI) / 4, Math.PI, 0]],
  ])("%s", (op, a, b, expected) => expect(apply2(op, "float64", a, b)).toEqual(expected));

  test("comparisons are false on NaN, and zeros are equal", () => {
    const [a, b] = [f32([4], [1, NaN, -0, 2]), f32([4], [2, NaN, 0, 1])];
    expect(evaluate([a, b], (x, y) => build.eq(x, y))).toEqual([0, 0, 1, 0]);
    expect(evaluate([a, b], (x, y) => build.lt(x, y))).toEqual([1, 0, 0, 0]);
    expect(evaluate([a, b], (x, y) => build.le(x, y))).toEqual([1, 0, 1, 0]);
  });

  test("operands broadcast: rows, columns, scalars, both at once, and empty ones", () => {
    const rows = f64([2, 3], [1, 2, 3, 4, 5, 6]);
    const sum = (a: ReturnType<typeof f64>, b: ReturnType<typeof f64>): number[] => evaluate([a, b], (x, y) => build.sub(x, y));
    expect(sum(rows, f64([3], [10, 20, 30]))).toEqual([-9, -18, -27, -6, -15, -24]);
    expect(sum(rows, f64([2, 1], [10, 20]))).toEqual([-9, -8, -7, -16, -15, -14]);
    expect(sum(f64([], [1]), rows)).toEqual([0, -1, -2, -3, -4, -5]);
    expect(sum(f64([3, 1], [1, 2, 3]), f64([2], [10, 20]))).toEqual([-9, -19, -8, -18, -7, -17]);
    expect(sum(f64([2, 1, 2], [1, 2, 3, 4]), f64([2, 1], [10, 20]))).toEqual([-9, -8, -19, -18, -7, -6, -17, -16]);
    expect(sum(f64([0, 3], []), f64([3], [1, 2, 3]))).toEqual([]);
  });

  test("integers wrap; division truncates, the remainder has the dividend's sign", () => {
    expect(apply2("add", "int32", [2 ** 31 - 1], [1])).toEqual([-(2 ** 31)]);
    expect(apply2("sub", "uint32", [0], [1])).toEqual([2 ** 32 - 1]);
    expect(apply2("mul", "int32", [123456789, -65536], [987654321, 65537])).toEqual([-67153019, -65536]);
    expect(apply2("mul", "uint32", [4294967295], [4294967295])).toEqual([1]);
    expect(apply2("mul", "int8", [100], [3])).toEqual([44]);
    expect(apply2("div", "int32", [7, -7, 7, -(2 ** 31)], [2, 2, -2, -1])).toEqual([3, -3, -3, -(2 ** 31)]);
    expect(apply2("rem", "int32", [7, -7, 7], [3, 3, -3])).toEqual([1, -1, 1]);
    expect(apply2("pow", "int32", [3, -2, 7, 0], [5, 31, 0, 0])).toEqual([243, -(2 ** 31), 1, 1]);
    expect(apply2("pow", "uint8", [3], [6])).toEqual([729 % 256]);
    expect(apply2("max", "uint32", [2 ** 32 - 1], [1])).toEqual([2 ** 32 - 1]);
  });

  test("integer division by zero ends the run and names the op", () => {
    expect(() => apply2("div", "int32", [1, 2], [1, 0])).toThrow("[div] integer division by zero");
    expect(() => apply2("rem", "uint8", [1], [0])).toThrow("[rem] integer division by zero");
    expect(apply2("div", "int32", [], [])).toEqual([]);
  });

  test("bit operations and shifts keep to the dtype's width", () => {
    expect(apply2("and", "uint32", [0xf0f0f0f0], [0xff00ff00])).toEqual([0xf000f000]);
    expect(apply2("or", "int32", [-8], [3])).toEqual([-5]);
    expect(apply2("xor", "uint8", [0xff], [0x0f])).toEqual([0xf0]);
    expect(apply2("xor", "bool", [1, 1, 0], [1, 0, 0])).toEqual([0, 1, 0]);
    expect(apply2("shl", "uint32", [1, 1, 3], [31, 32, 31])).toEqual([2 ** 31, 0, 2 ** 31]);
    expect(apply2("shl", "int8", [1, 1, 65], [7, 8, 1])).toEqual([-128, 0, -126]);
    expect(apply2("shr", "int32", [-16, -16, 16], [2, 40, 40])).toEqual([-4, -1, 0]);
    expect(apply2("shr", "uint32", [2 ** 31, 2 ** 31], [31, 32])).toEqual([1, 0]);
    expect(apply2("shr", "uint8", [200], [3])).toEqual([25]);
  });
});

describe("int64", () => {
  const i64 = (...elements: bigint[]): ReturnType<typeof sample> => sample("int64", [elements.length], elements);
  const apply = (op: BinaryName, a: bigint[], b: bigint[]): (number | bigint)[] =>
    evaluateAll([i64(...a), i64(...b)], (x, y) => binary(op, x, y))[0];
  const top = 2n ** 63n - 1n;

  test("arithmetic wraps at 64 bits", () => {
    expect(apply("add", [top, -1n], [1n, 1n])).toEqual([-(2n ** 63n), 0n]);
    expect(apply("mul", [3037000500n, 2n ** 40n], [3037000500n, -3n])).toEqual([BigInt.asIntN(64, 3037000500n ** 2n), -3n * 2n ** 40n]);
    expect(apply("div", [-7n, 2n ** 62n], [2n, 3n])).toEqual([-3n, 2n ** 62n / 3n]);
    expect(apply("rem", [-7n], [3n])).toEqual([-1n]);
    expect(apply("pow", [3n, -2n], [39n, 63n])).toEqual([3n ** 39n, -(2n ** 63n)]);
    expect(apply("max", [2n ** 40n, -1n], [2n ** 40n + 1n, -2n])).toEqual([2n ** 40n + 1n, -1n]);
    expect(apply("shl", [1n, 1n], [62n, 64n])).toEqual([2n ** 62n, 0n]);
    expect(apply("shr", [-(2n ** 40n), -5n], [8n, 99n])).toEqual([-(2n ** 32n), -1n]);
    expect(apply("xor", [2n ** 40n + 1n], [1n])).toEqual([2n ** 40n]);
    expect(apply("lt", [2n ** 53n, -1n], [2n ** 53n + 1n, -1n])).toEqual([1, 0]);
    expect(apply("eq", [2n ** 53n], [2n ** 53n + 1n])).toEqual([0]);
    expect(() => apply("div", [1n], [0n])).toThrow("[div] integer division by zero");
  });

  test("broadcasts, and unary ops", () => {
    const [result] = evaluateAll([sample("int64", [2, 1], [1n, 2n]), i64(10n, 2n ** 35n)], (x, y) => build.add(x, y));
    expect(result).toEqual([11n, 2n ** 35n + 1n, 12n, 2n ** 35n + 2n]);
    expect(evaluateAll([i64(5n, -(2n ** 40n))], (x) => [unary("neg", x), unary("abs", x), unary("sign", x), unary("not", x)])).toEqual([
      [-5n, 2n ** 40n],
      [5n, 2n ** 40n],
      [1n, -1n],
      [-6n, 2n ** 40n - 1n],
    ]);
  });
});

describe("complex64", () => {
  const zs = [0.5, 0.25, -1.5, 2, -2, 0, 3, -4];
  // numpy.<op>([0.5+0.25j, -1.5+2j, -2+0j, 3-4j])
  const expected: Partial<Record<UnaryName, number[]>> = {
    exp: [
      1.5974665191199127, 0.4079001700783598, -0.09285491028402633, 0.2028916804701695, 0.1353352832366127, 0, -13.128783081462158,
      15.200784463067954,
    ],
    log: [
      -0.5815754049028404,
      0.4636476090008061,
      0.9162907318741551,
      2.214297435588181,
      0.6931471805599453,
      Math.PI,
      1.6094379124341003,
      -0.9272952180016122,
    ],
    sqrt: [0.7276733451126774, 0.17178037486125622, 0.7071067811865475, 1.4142135623730951, 0, 1.4142135623730951, 2, -1],
    sin: [
      0.494485780933195, 0.22168816414957482, -3.752771340479298, 0.2565539560904818, -0.9092974268256817, 0, 3.853738037919377,
      27.016813258003932,
    ],
    cos: [
      0.9051501505596068, -0.12110879604381165, 0.26612719531354573, 3.6177750739401375, -0.4161468365471424, 0, -27.034945603074224,
      3.851153334811777,
    ],
    tanh: [
      0.4854872810241353, 0.19805544995134955, -1.0641443991765371, -0.08039101531016819, -0.9640275800758168, 0, 1.000709536067233,
      -0.0049082580674960595,
    ],
    expm1: [
      0.5974665191199127, 0.4079001700783598, -1.0928549102840264, 0.2028916804701695, -0.8646647167633873, 0, -14.128783081462158,
      15.200784463067954,
    ],
    log1p: [
      0.41916459520222155,
      0.16514867741462683,
      0.7234594914681627,
      1.8157749899217608,
      0,
      Math.PI,
      1.7328679513998633,
      -0.7853981633974483,
    ],
    neg: [-0.5, -0.25, 1.5, -2, 2, 0, -3, 4],
  };

  test.each(Object.entries(expected))("%s agrees with NumPy", (op, values) => {
    const found = evaluate([sample("complex64", [4], zs)], (z) => unary(op as UnaryName, z));
    found.forEach((x, i) => expect(Math.abs(x - values[i]), `part ${i}`).toBeLessThan(2e-7 * Math.max(1, Math.abs(values[i]))));
  });

  test("parts, modulus, and making one of two real operands that broadcast", () => {
    const z = sample("complex64", [2], [3, -4, 0, 2]);
    expect(evaluateAll([z], (x) => [unary("real", x), unary("imag", x), unary("abs", x)])).toEqual([
      [3, 0],
      [-4, 2],
      [5, 2],
    ]);
    expect(evaluate([f32([2, 1], [1, 2]), f32([2], [3, 4])], (re, im) => binary("complex", re, im))).toEqual([1, 3, 1, 4, 2, 3, 2, 4]);
  });

  test("arithmetic, with one operand broadcast", () => {
    const [z, w] = [sample("complex64", [2], [1, 2, 3, 0]), sample("complex64", [], [3, -4])];
    expect(evaluate([z, w], (x, y) => build.add(x, y))).toEqual([4, -2, 6, -4]);
    expect(evaluate([z, w], (x, y) => build.sub(x, y))).toEqual([-2, 6, 0, 4]);
    expect(evaluate([z, w], (x, y) => build.mul(x, y))).toEqual([11, 2, 9, -12]);
    expect(evaluate([z, w], (x, y) => build.div(x, y))).toEqual([-0.2, 0.4, 0.36, 0.48].map(Math.fround));
    expect(evaluate([z, sample("complex64", [], [1, 2])], (x, y) => build.eq(x, y))).toEqual([1, 0]);
    const powers = evaluate([sample("complex64", [2], [1, 2, 1, 2]), sample("complex64", [2], [0.5, -1, 3, 0])], (x, y) => build.pow(x, y));
    [4.382565059863358, -1.1243974773611554, -11, -2].forEach((x, i) => expect(powers[i]).toBeCloseTo(x, 5));
  });
});

test("select picks by the condition and broadcasts all three", () => {
  const condition = sample("bool", [2, 1], [1, 0]);
  expect(evaluate([condition, f32([3], [1, 2, 3]), f32([], [9])], (c, a, b) => select(c, a, b))).toEqual([1, 2, 3, 9, 9, 9]);
  const wide = evaluateAll([condition, sample("int64", [2], [5n, 6n]), sample("int64", [1], [-7n])], (c, a, b) => select(c, a, b));
  expect(wide[0]).toEqual([5n, 6n, -7n, -7n]);
  expect(evaluate([sample("bool", [1], [1]), f32([1], [1]), f32([1], [NaN])], (c, a, b) => select(c, a, b))).toEqual([1]);
});

describe("cast", () => {
  const to = (from: DType, dtype: DType, elements: number[] | bigint[]): (number | bigint)[] =>
    evaluateAll([sample(from, [elements.length], elements)], (x) => cast(x, dtype))[0];

  test("floating to integer truncates, saturates, and makes NaN 0", () => {
    expect(to("float32", "int32", [1.9, -1.9, NaN, Infinity, -Infinity, 3e9])).toEqual([1, -1, 0, 2 ** 31 - 1, -(2 ** 31), 2 ** 31 - 1]);
    expect(to("float32", "uint8", [-5, 300, 2.7])).toEqual([0, 255, 2]);
    expect(to("float64", "uint32", [-1, 2 ** 33])).toEqual([0, 2 ** 32 - 1]);
    expect(to("float64", "int64", [1.5, -2.5, NaN, 1e30, -Infinity, 2 ** 53])).toEqual([
      1n,
      -2n,
      0n,
      2n ** 63n - 1n,
      -(2n ** 63n),
      2n ** 53n,
    ]);
  });

  test("between integers wraps; to bool is unequal zero", () => {
    expect(to("int32", "int8", [300, -129])).toEqual([44, 127]);
    expect(to("int32", "uint32", [-1])).toEqual([2 ** 32 - 1]);
    expect(to("int64", "int32", [2n ** 32n + 5n, -1n])).toEqual([5, -1]);
    expect(to("int32", "int64", [-5, 7])).toEqual([-5n, 7n]);
    expect(to("uint32", "int64", [2 ** 32 - 1])).toEqual([2n ** 32n - 1n]);
    expect(to("float32", "bool", [0, -0, 0.1, NaN])).toEqual([0, 0, 1, 1]);
    expect(to("int64", "bool", [0n, 2n ** 32n])).toEqual([0, 1]);
    expect(to("bool", "float32", [0, 1])).toEqual([0, 1]);
  });

  test("between floating dtypes rounds; complex keeps its real part", () => {
    expect(to("float64", "float32", [0.1])).toEqual([Math.fround(0.1)]);
    expect(to("float32", "float16", [1e6, 0.1])).toEqual([Infinity, 0.0999755859375]);
    expect(to("int64", "float64", [2n ** 53n + 1n, -(2n ** 62n)])).toEqual([2 ** 53, -(2 ** 62)]);
    expect(to("float32", "complex64", [1.5])).toEqual([1.5, 0]);
    expect(evaluate([sample("complex64", [2], [1.5, 2, 0, 3])], (x) => cast(x, "float32"))).toEqual([1.5, 0]);
    expect(evaluate([sample("complex64", [2], [0, 0, 0, 3])], (x) => cast(x, "bool"))).toEqual([0, 1]);
  });
});

test("bitcast keeps the bits", () => {
  expect(evaluate([f32([3], [1, -2, Infinity])], (x) => bitcast(x, "uint32"))).toEqual([0x3f800000, 0xc0000000, 0x7f800000]);
  expect(evaluate([i32([1], [0x40490fdb])], (x) => bitcast(x, "float32"))).toEqual([Math.fround(Math.PI)]);
  expect(evaluateAll([f64([1], [-2])], (x) => bitcast(x, "int64"))[0]).toEqual([-(2n ** 62n)]);
  expect(evaluate([sample("float16", [1], [1])], (x) => bitcast(x, "bfloat16"))).toEqual([0.0078125]);
});

test("check passes its operand on, and ends the run with its message and layer otherwise", () => {
  const run = (ok: number[]): number[] =>
    evaluate([f32([2], [1, 2]), sample("bool", [2], ok)], (x, flags) => build.check(x, flags, "labels must be below 10"));
  expect(run([1, 1])).toEqual([1, 2]);
  expect(() => run([1, 0])).toThrow("[check] labels must be below 10");
});

test("stop_gradient and barrier are the identity", () => {
  expect(evaluateAll([f32([2], [1, NaN])], (x) => [build.stopGradient(x), x])).toEqual([
    [1, NaN],
    [1, NaN],
  ]);
});
