import {
  type BinaryName,
  bindOne,
  build,
  bytesPerElement,
  type DType,
  isComplex,
  isFloating,
  isInteger,
  type PrimitiveName,
  type UnaryName,
  type Value,
} from "@neurite/core";
import { Choices } from "../samples/choices.ts";
import { nearest, type Sample } from "../samples/sample.ts";
import { given, integerRange, limitsOf, ordinary, specialValues } from "../samples/values.ts";
import { type CaseContext, type CaseGenerator, type PrimitiveCase, takes } from "./case.ts";

/** Two-dimensional operands seen through views: transposed, with gaps, backwards, and stretched. */
export const throughViews: Readonly<Record<string, (x: Value) => Value>> = {
  transposed: (x) => build.transpose(x, [1, 0]),
  "with gaps": (x) => build.slice(x, [1, 0], [x.shape[0], x.shape[1]], [1, 2]),
  backwards: (x) => build.flip(x, [0, 1]),
  "a stretched row": (x) => build.broadcast(build.slice(x, [1, 0], [2, x.shape[1]]), x.shape),
  "a stretched column": (x) => build.broadcast(build.slice(x, [0, 2], [x.shape[0], 3]), x.shape),
  padded: (x) => build.pad(x, [0, 1], [2, -1]),
};

/** Floats of all magnitudes from 2^-20 to 2^20. */
function manyMagnitudes(dtype: DType): Sample {
  const choices = new Choices(3);
  const top = dtype === "float16" ? 12 : 20;
  const data = Array.from({ length: 997 }, () =>
    nearest(dtype, (choices.chance(0.5) ? 1 : -1) * 2 ** (choices.next() * (top + 20) - 20) * (1 + choices.next())),
  );
  return given(dtype, [997], data);
}

/** Cases that every elementwise primitive of one operand shares. */
function mapCases(dtype: DType, { sizes, values }: CaseContext, map: (x: Value) => Value): PrimitiveCase[] {
  const cases: PrimitiveCase[] = [
    { name: "edge values", inputs: [specialValues(dtype, values)], fn: ([x]) => [map(x)] },
    { name: "sizes", inputs: sizes.map((size) => ordinary(dtype, [size], size)), fn: (xs) => xs.map(map) },
    { name: "0-d", inputs: [ordinary(dtype, [])], fn: ([x]) => [map(x)] },
    { name: "empty", inputs: [ordinary(dtype, [0]), ordinary(dtype, [2, 0, 3])], fn: (xs) => xs.map(map) },
    { name: "5 axes", inputs: [ordinary(dtype, [2, 3, 1, 2, 5])], fn: ([x]) => [map(x)] },
    {
      name: "through views",
      inputs: [ordinary(dtype, [5, 7])],
      fn: ([x]) => Object.values(throughViews).map((view) => map(view(x))),
    },
  ];
  if (isFloating(dtype)) cases.push({ name: "many magnitudes", inputs: [manyMagnitudes(dtype)], fn: ([x]) => [map(x)] });
  return cases;
}

function unaryCases(op: UnaryName): CaseGenerator {
  return (dtype, context) => (takes(op, {}, { dtype, shape: [] }) ? mapCases(dtype, context, (x) => build.unary(op, x)) : []);
}

/** [a…] and [b…] so that every a meets every b. */
function pairs(a: Sample, b: Sample): [Sample, Sample] {
  const per = (sample: Sample): number => (isComplex(sample.dtype) ? 2 : 1);
  const elements = (sample: Sample): (readonly (number | bigint)[])[] =>
    Array.from({ length: sample.shape[0] }, (_, i) => sample.data.slice(i * per(sample), (i + 1) * per(sample)));
  const [as, bs] = [elements(a), elements(b)];
  const shape = [as.length * bs.length];
  return [
    { ...a, shape, data: as.flatMap((x) => bs.flatMap(() => x)) },
    { ...b, shape, data: as.flatMap(() => bs.flatMap((y) => y)) },
  ];
}

const broadcasts: readonly (readonly [readonly number[], readonly number[]])[] = [
  [[2, 3], [2, 3]],
  [[3, 1], [4]],
  [[], [5]],
  [[17], [1]],
  [[2, 1, 3], [4, 1]],
  [[1, 1, 1], [2, 3, 5]],
  [[4, 9], [9]],
  [[4, 9], [4, 1]],
  [[0], [1]],
  [[2, 0], [2, 1]],
]; // prettier-ignore

/** Keeps the second operand of division, power and shifts where it has a meaning. */
function allowSecond(op: PrimitiveName, sample: Sample): Sample {
  if (!isInteger(sample.dtype)) return sample;
  const wide = sample.dtype === "int64";
  const fit = (x: number | bigint): number | bigint => {
    if (op === "div" || op === "rem") return Number(x) === 0 ? (wide ? 1n : 1) : x;
    if (op === "pow") return wide ? BigInt.asUintN(64, BigInt(x)) % 5n : Math.abs(Number(x)) % 5;
    if (op === "shl" || op === "shr") return wide ? BigInt.asUintN(64, BigInt(x)) % 70n : Math.abs(Number(x)) % 40;
    return x;
  };
  return { ...sample, data: sample.data.map(fit) };
}

function binaryCases(op: BinaryName): CaseGenerator {
  return (dtype, context) => {
    const aval = { dtype, shape: [] };
    if (!takes(op, {}, aval, aval)) return [];
    const apply = (a: Value, b: Value): Value => build.binary(op, a, b);
    const second = (sample: Sample): Sample => allowSecond(op, sample);
    const special = specialValues(dtype, context.values);
    const [left, right] = pairs(special, special);
    return [
      { name: "edge values", inputs: [left, second(right)], fn: ([a, b]) => [apply(a, b)] },
      {
        name: "sizes",
        inputs: context.sizes.flatMap((size) => [ordinary(dtype, [size], size), second(ordinary(dtype, [size], size + 100))]),
        fn: (xs) => context.sizes.map((_, i) => apply(xs[2 * i], xs[2 * i + 1])),
      },
      ...broadcasts.flatMap(([a, b]): PrimitiveCase[] => [
        { name: `[${a}] and [${b}]`, inputs: [ordinary(dtype, a), second(ordinary(dtype, b, 2))], fn: ([x, y]) => [apply(x, y)] },
        { name: `[${b}] and [${a}]`, inputs: [ordinary(dtype, b), second(ordinary(dtype, a, 2))], fn: ([x, y]) => [apply(x, y)] },
      ]),
      {
        name: "through views",
        inputs: [ordinary(dtype, [5, 7]), second(ordinary(dtype, [5, 7], 2))],
        fn: ([a, b]) =>
          // Padding may put a zero into a divisor: only the first operand is padded.
          Object.entries(throughViews).map(([name, view]) => (name === "padded" ? apply(view(a), build.slice(broadcastFirst(b), [0, 0], view(a).shape)) : apply(view(a), view(b)))), // prettier-ignore
      },
      { name: "one operand twice", inputs: [second(ordinary(dtype, [9]))], fn: ([a]) => [apply(a, a)] },
    ];
  };
}

/** b's first column, stretched over a larger shape. */
function broadcastFirst(b: Value): Value {
  return build.broadcast(build.slice(b, [0, 0], [1, 1]), [b.shape[0] + 2, b.shape[1] + 2]);
}

const select: CaseGenerator = (dtype, { sizes, values, dtypes }) => {
  if (!dtypes.includes("bool")) return [];
  const special = specialValues(dtype, values);
  const apply = ([c, a, b]: readonly Value[]): Value[] => [build.select(c, a, b)];
  const shapes: readonly (readonly (readonly number[])[])[] = [
    [[2, 3], [2, 3], [2, 3]],
    [[2, 1], [3], []],
    [[], [2, 3], [3]],
    [[7], [], []],
    [[0], [0], [1]],
  ]; // prettier-ignore
  return [
    {
      name: "edge values",
      inputs: [ordinary("bool", special.shape), special, ordinary(dtype, special.shape)],
      fn: apply,
    },
    {
      name: "sizes",
      inputs: sizes.flatMap((size) => [ordinary("bool", [size], size), ordinary(dtype, [size], 2), ordinary(dtype, [size], 3)]),
      fn: (xs) => sizes.flatMap((_, i) => apply(xs.slice(3 * i, 3 * i + 3))),
    },
    ...shapes.map(([c, a, b]): PrimitiveCase => ({
      name: `[${c}] ? [${a}] : [${b}]`,
      inputs: [ordinary("bool", c), ordinary(dtype, a, 2), ordinary(dtype, b, 3)],
      fn: apply,
    })),
    {
      name: "through views",
      inputs: [ordinary("bool", [5, 7]), ordinary(dtype, [5, 7], 2), ordinary(dtype, [5, 7], 3)],
      fn: ([c, a, b]) => Object.values(throughViews).flatMap((view) => apply([view(c), view(a), view(b)])),
    },
  ];
};

/** Numbers at and beyond the ends of the target's range, where casts saturate. */
function beyond(dtype: DType, target: DType): Sample | null {
  if (!isFloating(dtype) || !isInteger(target)) return null;
  const [low, high] = integerRange(target).map(Number);
  const { max } = limitsOf(dtype);
  const data = [low, high, low - 1, high + 1, low * 2 - 3, high * 2, low + 0.5, high - 0.5, -0.9, 0.9].filter((x) => Math.abs(x) <= max);
  return given(dtype, [data.length], data.map((x) => nearest(dtype, x))); // prettier-ignore
}

const cast: CaseGenerator = (dtype, context) =>
  context.dtypes.flatMap((target): PrimitiveCase[] => {
    if (target === dtype) return [];
    const map = (x: Value): Value => bindOne("cast", [x], { dtype: target });
    const cases = mapCases(dtype, context, map);
    const outside = beyond(dtype, target);
    if (outside !== null) cases.push({ name: "saturation", inputs: [outside], fn: ([x]) => [map(x)] });
    return cases.map((each) => ({ ...each, name: `to ${target}, ${each.name}` }));
  });

const bitcast: CaseGenerator = (dtype, context) =>
  context.dtypes
    .filter((target) => bytesPerElement(target) === bytesPerElement(dtype) && (target !== "bool" || dtype === "bool"))
    .flatMap((target): PrimitiveCase[] => {
      // Bits of a NaN and of denormals may change on their way through floating registers: whole numbers are used.
      const map = (x: Value): Value => build.bitcast(x, target);
      return [
        { name: `to ${target}, sizes`, inputs: context.sizes.map((size) => ordinary(dtype, [size], size)), fn: (xs) => xs.map(map) },
        { name: `to ${target} and back`, inputs: [ordinary(dtype, [3, 5])], fn: ([x]) => (dtype === "bool" ? [x] : [build.bitcast(map(x), dtype)]) }, // prettier-ignore
      ];
    });

/** For primitives that give back what they get. */
function passCases(apply: (x: Value) => Value): CaseGenerator {
  return (dtype, context) => mapCases(dtype, context, apply);
}

export const unaryGenerators: Record<UnaryName, CaseGenerator> = {
  neg: unaryCases("neg"),
  abs: (dtype, context) => {
    const cases = unaryCases("abs")(dtype, context);
    // What a compiler is tempted to drop: unsigned numbers wrap.
    return cases.length === 0
      ? []
      : [...cases, { name: "of negated numbers", inputs: [ordinary(dtype, [9])], fn: ([x]) => [build.abs(build.neg(x))] }];
  },
  sign: unaryCases("sign"),
  floor: unaryCases("floor"),
  ceil: unaryCases("ceil"),
  round: unaryCases("round"),
  exp: unaryCases("exp"),
  expm1: unaryCases("expm1"),
  log: unaryCases("log"),
  log1p: unaryCases("log1p"),
  sin: unaryCases("sin"),
  cos: unaryCases("cos"),
  tanh: unaryCases("tanh"),
  sqrt: unaryCases("sqrt"),
  rsqrt: unaryCases("rsqrt"),
  erf: unaryCases("erf"),
  not: unaryCases("not"),
  real: unaryCases("real"),
  imag: unaryCases("imag"),
};

export const binaryGenerators: Record<BinaryName, CaseGenerator> = {
  add: binaryCases("add"),
  sub: binaryCases("sub"),
  mul: binaryCases("mul"),
  div: binaryCases("div"),
  rem: binaryCases("rem"),
  pow: binaryCases("pow"),
  max: binaryCases("max"),
  min: binaryCases("min"),
  atan2: binaryCases("atan2"),
  eq: binaryCases("eq"),
  lt: binaryCases("lt"),
  le: binaryCases("le"),
  and: binaryCases("and"),
  or: binaryCases("or"),
  xor: binaryCases("xor"),
  shl: binaryCases("shl"),
  shr: binaryCases("shr"),
  complex: binaryCases("complex"),
};

export const elementwiseGenerators: Record<"select" | "cast" | "bitcast" | "check" | "stop_gradient" | "barrier", CaseGenerator> = {
  select,
  cast,
  bitcast,
  check: (dtype, context) =>
    context.dtypes.includes("bool") ? mapCases(dtype, context, (x) => build.check(x, build.eq(build.iota([1], 0), 0), "never")) : [],
  stop_gradient: passCases(build.stopGradient),
  barrier: passCases((x) => bindOne("barrier", [x], {})),
};
