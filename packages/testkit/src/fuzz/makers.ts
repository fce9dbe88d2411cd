/** How a random step of each primitive is made. Complete by type. */
import {
  type BinaryName,
  bytesPerElement,
  type DType,
  isComplex,
  isFloating,
  isInexact,
  isInteger,
  type PrimitiveName,
  type ReduceOp,
  type ScatterOp,
  type UnaryName,
  type WindowParams,
} from "@neurite/core";
import type { ProgramBuilder } from "./builder.ts";
import { controlMakers } from "./control-makers.ts";
import type { ProgramValue, ValueId } from "./program.ts";

/** Appends steps to a program, the last of which applies the primitive; throws Rejected where nothing fits. */
export type Maker = (builder: ProgramBuilder) => void;

const any = (): boolean => true;
const dtypeOf = ({ sample }: ProgramValue): DType => sample.dtype;
const shapeOf = ({ sample }: ProgramValue): readonly number[] => sample.shape;
const rankAtLeast = (rank: number) => (value: ProgramValue): boolean => shapeOf(value).length >= rank; // prettier-ignore
const isNumeric = (value: ProgramValue): boolean => dtypeOf(value) !== "bool";
const isFloat = (value: ProgramValue): boolean => isFloating(dtypeOf(value));
/** Steps, sorts and comparisons may only see values that every device agrees on. */
const isExact = ({ exact }: ProgramValue): boolean => exact;
const isPlain = (value: ProgramValue): boolean => !isComplex(dtypeOf(value));

function unary(op: UnaryName, exact: boolean, fits: (value: ProgramValue) => boolean): Maker {
  return (builder) => void builder.emit(op, [builder.pick(fits)], {}, { exact });
}

function broadcastable(a: readonly number[], b: readonly number[]): boolean {
  return Array.from({ length: Math.min(a.length, b.length) }, (_, i) => [a.at(-1 - i), b.at(-1 - i)]).every(([m, n]) => m === n || m === 1 || n === 1); // prettier-ignore
}

function partner(builder: ProgramBuilder, id: ValueId, fits: (value: ProgramValue) => boolean = any): ValueId {
  const { sample } = builder.values[id];
  return builder.pick((value) => fits(value) && dtypeOf(value) === sample.dtype && broadcastable(shapeOf(value), sample.shape));
}

function binary(op: BinaryName, exact: boolean, fits: (value: ProgramValue) => boolean): Maker {
  return (builder) => {
    const a = builder.pick(fits);
    builder.emit(op, [a, partner(builder, a, fits)], {}, { exact });
  };
}

const sumOps: readonly ReduceOp[] = ["sum", "prod", "max", "min"];

/** An axis of a value. */
function axisOf(builder: ProgramBuilder, id: ValueId): number {
  return builder.choose.below(builder.aval(id).shape.length);
}

/** Some axes, at least one. */
function someAxes(builder: ProgramBuilder, id: ValueId): number[] {
  const axes = builder.aval(id).shape.map((_, axis) => axis);
  const chosen = axes.filter(() => builder.choose.chance(0.5));
  return chosen.length > 0 ? chosen : [builder.choose.of(axes)];
}

function shuffledAxes(builder: ProgramBuilder, rank: number): number[] {
  const axes = Array.from({ length: rank }, (_, i) => i);
  for (let i = rank - 1; i > 0; i--) {
    const j = builder.choose.below(i + 1);
    [axes[i], axes[j]] = [axes[j], axes[i]];
  }
  return axes;
}

/** A random window over a value, that fits. */
function windowOver(builder: ProgramBuilder, id: ValueId): WindowParams {
  const { choose } = builder;
  const axes = builder.aval(id).shape.map((dim) => {
    const window = choose.between(1, Math.min(3, Math.max(dim, 1)));
    const dilation = window > 1 && dim > 2 * (window - 1) ? choose.between(1, 2) : 1;
    return { window, dilation, stride: choose.between(1, 3), padding: [choose.below(window), choose.below(window)] as const };
  });
  return {
    window: axes.map(({ window }) => window),
    strides: axes.map(({ stride }) => stride),
    padding: axes.map(({ padding }) => padding),
    dilation: axes.map(({ dilation }) => dilation),
  };
}

function indicesFor(builder: ProgramBuilder, id: ValueId, axis: number): ValueId {
  const size = builder.aval(id).shape[axis];
  const shape = builder.choose.of([[], [3], [2, 2], [1]]);
  const count = shape.reduce((a, b) => a * b, 1);
  return builder.given({ dtype: "int32", shape, data: Array.from({ length: count }, () => builder.choose.below(size)) });
}

/** A positive definite matrix of small whole numbers, from any matrix. */
function definite(builder: ProgramBuilder): ValueId {
  const dtype = builder.choose.of(builder.dtypes.filter((each) => each === "float32" || each === "float64").concat("float32"));
  const n = builder.choose.between(1, 5);
  const x = builder.input(dtype, [n, n]);
  const [transposed] = builder.emit("transpose", [x], { permutation: [1, 0] }, { exact: true });
  const [square] = builder.emit("dot", [x, transposed], {}, { exact: true });
  const diagonal = builder.given({ dtype, shape: [n, n], data: Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 40 : 0)) });
  return builder.emit("add", [square, diagonal], {}, { exact: true })[0];
}

function factor(op: "lu" | "qr" | "svd" | "eigh" | "eig" | "cholesky", unique: (output: number) => boolean): Maker {
  return (builder) => {
    const x = definite(builder);
    const params = op === "qr" || op === "svd" ? { full: builder.choose.chance(0.5) } : {};
    builder.emit(op, [x], params as never, { exact: false, unique });
  };
}

const exactMatrix = (value: ProgramValue): boolean => isNumeric(value) && shapeOf(value).length >= 2 && !shapeOf(value).includes(0);

const makers: { readonly [P in Exclude<PrimitiveName, keyof typeof controlMakers>]: Maker } = {
  // Inputs are made when the program begins, and by steps that need operands of their own.
  input: (builder) => void builder.input(builder.choose.of(builder.dtypes), builder.choose.of([[], [1], [5], [2, 3], [4, 1], [3, 1, 2]])),
  constant: (builder) => {
    const dtype = builder.choose.of(builder.dtypes);
    const value = builder.choose.between(0, 3);
    builder.emit(
      "constant",
      [],
      { dtype, value: dtype === "bool" ? value > 1 : dtype === "int64" ? BigInt(value) : value },
      { exact: true },
    );
  },
  iota: (builder) => {
    const shape = builder.choose.of([[4], [2, 3], [3, 1, 2]]);
    const dtypes = builder.dtypes.filter((dtype) => dtype !== "bool" && !isComplex(dtype));
    builder.emit("iota", [], { shape, axis: builder.choose.below(shape.length), dtype: builder.choose.of(dtypes) }, { exact: true });
  },
  random_bits: (builder) => {
    const key = builder.given({ dtype: "uint32", shape: [2], data: [builder.choose.below(2 ** 32), builder.choose.below(2 ** 32)] });
    builder.emit("random_bits", [key], { shape: builder.choose.of([[], [5], [2, 3]]) }, { exact: true });
  },

  neg: unary("neg", true, isNumeric),
  abs: unary("abs", true, (value) => isNumeric(value) && isPlain(value)),
  sign: unary("sign", true, (value) => isNumeric(value) && isExact(value) && isPlain(value)),
  floor: unary("floor", true, (value) => isFloat(value) && isExact(value)),
  ceil: unary("ceil", true, (value) => isFloat(value) && isExact(value)),
  round: unary("round", true, (value) => isFloat(value) && isExact(value)),
  exp: unary("exp", false, isFloat),
  expm1: unary("expm1", false, isFloat),
  log: unary("log", false, isFloat),
  log1p: unary("log1p", false, isFloat),
  sin: unary("sin", false, isFloat),
  cos: unary("cos", false, isFloat),
  tanh: unary("tanh", false, (value) => isInexact(dtypeOf(value)) && isPlain(value)),
  sqrt: unary("sqrt", false, isFloat),
  rsqrt: unary("rsqrt", false, isFloat),
  erf: unary("erf", false, isFloat),
  not: unary("not", true, (value) => !isFloat(value) && isPlain(value)),
  real: unary("real", true, (value) => !isPlain(value)),
  imag: unary("imag", true, (value) => !isPlain(value)),

  add: binary("add", true, isNumeric),
  sub: binary("sub", true, isNumeric),
  mul: binary("mul", true, isNumeric),
  div: binary("div", false, isNumeric),
  rem: binary("rem", true, (value) => isNumeric(value) && isExact(value) && isPlain(value)),
  pow: (builder) => {
    const a = builder.pick((value) => isNumeric(value) && isPlain(value) && isExact(value));
    const { dtype } = builder.aval(a);
    const exponent = builder.choose.between(0, 3);
    const b = builder.given({ dtype, shape: [], data: [dtype === "int64" ? BigInt(exponent) : exponent] });
    builder.emit("pow", [a, b], {}, { exact: isInteger(dtype) });
  },
  max: binary("max", true, (value) => isNumeric(value) && isPlain(value)),
  min: binary("min", true, (value) => isNumeric(value) && isPlain(value)),
  atan2: binary("atan2", false, (value) => isFloat(value) && isExact(value)),
  eq: binary("eq", true, isExact),
  lt: binary("lt", true, (value) => isExact(value) && isPlain(value)),
  le: binary("le", true, (value) => isExact(value) && isPlain(value)),
  and: binary("and", true, (value) => !isFloat(value) && isPlain(value)),
  or: binary("or", true, (value) => !isFloat(value) && isPlain(value)),
  xor: binary("xor", true, (value) => !isFloat(value) && isPlain(value)),
  shl: shift("shl"),
  shr: shift("shr"),
  complex: (builder) => {
    const a = builder.pick((value) => dtypeOf(value) === "float32");
    builder.emit("complex", [a, partner(builder, a)], {}, { exact: true });
  },

  select: (builder) => {
    const a = builder.pick(any);
    const b = partner(builder, a);
    const { shape } = builder.aval(a);
    const condition = builder.pick((value) => dtypeOf(value) === "bool" && isExact(value) && broadcastable(shapeOf(value), shape));
    builder.emit("select", [condition, a, b], {}, { exact: true });
  },
  cast: (builder) => {
    const a = builder.pick((value) => isExact(value) && isPlain(value));
    builder.emit("cast", [a], { dtype: builder.choose.of(builder.dtypes) }, { exact: true });
  },
  bitcast: (builder) => {
    const a = builder.pick((value) => isExact(value) && isPlain(value));
    const { dtype } = builder.aval(a);
    // Floats are only looked at as bits: bits looked at as floats may be NaN, which devices may change.
    const targets = builder.dtypes.filter((target) => isInteger(target) && bytesPerElement(target) === bytesPerElement(dtype));
    if (targets.length === 0) return;
    builder.emit("bitcast", [a], { dtype: builder.choose.of(targets) }, { exact: true });
  },
  check: (builder) => {
    const a = builder.pick(any);
    const ok = builder.given({ dtype: "bool", shape: [], data: [1] });
    builder.emit("check", [a, ok], { message: "never" }, { exact: true });
  },
  stop_gradient: (builder) => void builder.emit("stop_gradient", [builder.pick(any)], {}, { exact: true }),
  barrier: (builder) => void builder.emit("barrier", [builder.pick(any)], {}, { exact: true }),

  reshape: (builder) => {
    const a = builder.pick(any);
    const size = builder.aval(a).shape.reduce((x, y) => x * y, 1);
    const divisors = Array.from({ length: size }, (_, i) => i + 1).filter((n) => size % n === 0);
    const rows = size === 0 ? 0 : builder.choose.of(divisors);
    const shape = size === 0 ? [0, 2] : builder.choose.of([[size], [rows, size / rows], [rows, 1, size / rows]]);
    builder.emit("reshape", [a], { shape }, { exact: true });
  },
  transpose: (builder) => {
    const a = builder.pick(rankAtLeast(2));
    builder.emit("transpose", [a], { permutation: shuffledAxes(builder, builder.aval(a).shape.length) }, { exact: true });
  },
  broadcast: (builder) => {
    const a = builder.pick(any);
    const stretched = builder.aval(a).shape.map((dim) => (dim === 1 ? builder.choose.between(1, 4) : dim));
    builder.emit("broadcast", [a], { shape: builder.choose.chance(0.5) ? [builder.choose.between(1, 3), ...stretched] : stretched }, { exact: true }); // prettier-ignore
  },
  slice: (builder) => {
    const a = builder.pick(rankAtLeast(1));
    const ranges = builder.aval(a).shape.map((dim) => {
      const start = builder.choose.between(0, dim);
      return { start, limit: builder.choose.between(start, dim), stride: builder.choose.between(1, 3) };
    });
    builder.emit("slice", [a], { start: ranges.map(({ start }) => start), limit: ranges.map(({ limit }) => limit), strides: ranges.map(({ stride }) => stride) }, { exact: true }); // prettier-ignore
  },
  flip: (builder) => {
    const a = builder.pick(rankAtLeast(1));
    builder.emit("flip", [a], { axes: someAxes(builder, a) }, { exact: true });
  },
  pad: (builder) => {
    const a = builder.pick(rankAtLeast(1));
    const { dtype, shape } = builder.aval(a);
    const value = builder.input(dtype, []);
    const amount = (): number[] => shape.map(() => builder.choose.between(-1, 2));
    builder.emit("pad", [a, value], { low: amount(), high: amount(), interior: shape.map(() => builder.choose.below(3)) }, { exact: true }); // prettier-ignore
  },
  concat: (builder) => {
    const a = builder.pick(rankAtLeast(1));
    const axis = axisOf(builder, a);
    const { dtype, shape } = builder.aval(a);
    const fits = (value: ProgramValue): boolean =>
      dtypeOf(value) === dtype &&
      shapeOf(value).length === shape.length &&
      shape.every((dim, i) => i === axis || shapeOf(value)[i] === dim);
    builder.emit("concat", [a, builder.pick(fits), ...(builder.choose.chance(0.3) ? [builder.pick(fits)] : [])], { axis }, { exact: true });
  },

  reduce: (builder) => {
    const op = builder.choose.of(sumOps);
    const a = builder.pick((value) => shapeOf(value).length >= 1);
    builder.emit("reduce", [a], { op, axes: someAxes(builder, a) }, { exact: true });
  },
  argreduce: (builder) => {
    const a = builder.pick((value) => shapeOf(value).length >= 1 && isExact(value));
    builder.emit("argreduce", [a], { op: builder.choose.of(["max", "min"]), axis: axisOf(builder, a) }, { exact: true });
  },
  dot: (builder) => {
    const a = builder.pick((value) => exactMatrix(value) && shapeOf(value).every((dim) => dim <= 12));
    const { dtype, shape } = builder.aval(a);
    const inner = shape.at(-1) as number;
    const fits = (value: ProgramValue): boolean =>
      dtypeOf(value) === dtype && String(shapeOf(value).slice(0, -2)) === String(shape.slice(0, -2)) && shapeOf(value).at(-2) === inner && shapeOf(value).length >= 2; // prettier-ignore
    const b = builder.choose.chance(0.5) ? builder.pick(fits) : builder.input(dtype, [...shape.slice(0, -2), inner, builder.choose.between(1, 6)]); // prettier-ignore
    builder.emit("dot", [a, b], {}, { exact: true });
  },
  conv: (builder) => {
    const { choose } = builder;
    const dtype = choose.of(builder.dtypes.filter((each) => each !== "bool"));
    const spatial = choose.between(1, 2);
    const each = <T>(make: () => T): T[] => Array.from({ length: spatial }, make);
    const [groups, channels] = [choose.between(1, 2), choose.between(1, 3)];
    const lhs = builder.input(dtype, [groups, choose.between(1, 2), ...each(() => choose.between(4, 6)), channels]);
    const rhs = builder.input(dtype, [groups, ...each(() => choose.between(1, 3)), channels, choose.between(1, 4)]);
    const params = {
      strides: each(() => choose.between(1, 2)),
      padding: each((): [number, number] => [choose.between(0, 2), choose.between(0, 2)]),
      lhsDilation: each(() => choose.between(1, 2)),
      rhsDilation: each(() => choose.between(1, 2)),
    };
    builder.emit("conv", [lhs, rhs], params, { exact: true });
  },
  reduce_window: (builder) => {
    const op = builder.choose.of(["sum", "max", "min"] as const);
    const a = builder.pick(rankAtLeast(1));
    builder.emit("reduce_window", [a], { op, ...windowOver(builder, a) }, { exact: true });
  },
  window_gather: (builder) => {
    const a = builder.pick((value) => shapeOf(value).length >= 1 && isExact(value) && isNumeric(value));
    const { dtype, shape } = builder.aval(a);
    const y = builder.input(dtype, shape);
    builder.emit("window_gather", [a, y], { op: builder.choose.of(["max", "min"]), ...windowOver(builder, a) }, { exact: true });
  },
  window_scatter: (builder) => {
    const a = builder.pick((value) => shapeOf(value).length >= 1 && isExact(value) && isNumeric(value));
    const params = windowOver(builder, a);
    const [reduced] = builder.emit("reduce_window", [a], { op: "max", ...params }, { exact: true });
    builder.emit("window_scatter", [a, reduced], { op: builder.choose.of(["max", "min"]), ...params }, { exact: true });
  },
  gather: (builder) => {
    const a = builder.pick((value) => shapeOf(value).length >= 1 && !shapeOf(value).includes(0));
    const axis = axisOf(builder, a);
    builder.emit("gather", [a, indicesFor(builder, a, axis)], { axis }, { exact: true });
  },
  scatter: (builder) => {
    const a = builder.pick((value) => shapeOf(value).length >= 1 && !shapeOf(value).includes(0));
    const axis = axisOf(builder, a);
    const indices = indicesFor(builder, a, axis);
    const { dtype, shape } = builder.aval(a);
    const updates = builder.input(dtype, [...shape.slice(0, axis), ...builder.aval(indices).shape, ...shape.slice(axis + 1)]);
    const op = builder.choose.of<ScatterOp>(["set", "add", "mul", "max", "min"]);
    builder.emit("scatter", [a, indices, updates], { axis, op }, { exact: true });
  },
  cumulative: (builder) => {
    const a = builder.pick((value) => shapeOf(value).length >= 1 && isNumeric(value));
    builder.emit("cumulative", [a], { op: builder.choose.of(sumOps), axis: axisOf(builder, a), reverse: builder.choose.chance(0.5) }, { exact: true }); // prettier-ignore
  },
  argsort: (builder) => {
    const a = builder.pick((value) => shapeOf(value).length >= 1 && isExact(value));
    builder.emit("argsort", [a], { axis: axisOf(builder, a), descending: builder.choose.chance(0.5) }, { exact: true });
  },

  cholesky: factor("cholesky", any),
  triangular_solve: (builder) => {
    const a = definite(builder);
    const { dtype, shape } = builder.aval(a);
    const b = builder.input(dtype, [shape[0], builder.choose.between(1, 3)]);
    const flag = (): boolean => builder.choose.chance(0.5);
    // A unit diagonal would leave a badly conditioned matrix.
    builder.emit("triangular_solve", [a, b], { lower: flag(), transpose: flag(), unitDiagonal: false }, { exact: false });
  },
  lu: factor("lu", () => false),
  qr: factor("qr", () => false),
  svd: factor("svd", (output) => output === 1),
  eigh: factor("eigh", (output) => output === 0),
  eig: factor("eig", () => false),
  fft: (builder) => {
    const a = builder.pick((value) => !isPlain(value) && shapeOf(value).length >= 1);
    builder.emit("fft", [a], { axis: axisOf(builder, a), inverse: builder.choose.chance(0.5) }, { exact: false });
  },
};

function shift(op: "shl" | "shr"): Maker {
  return (builder) => {
    const a = builder.pick((value) => isInteger(dtypeOf(value)));
    const { dtype } = builder.aval(a);
    const amount = builder.choose.between(0, 9);
    const b = builder.given({ dtype, shape: [], data: [dtype === "int64" ? BigInt(amount) : amount] });
    builder.emit(op, [a, b], {}, { exact: true });
  };
}

/** One maker a primitive. */
export const stepMakers: { readonly [P in PrimitiveName]: Maker } = { ...makers, ...controlMakers };
