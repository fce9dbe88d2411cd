import { expect, test } from "vitest";
import { DTypeError, ShapeError } from "../errors.ts";
import type { DType } from "../dtypes/dtype.ts";
import type { Aval } from "../graph/value.ts";
import type { PrimitiveName, PrimitiveParams } from "./params.ts";
import { traceGraph } from "../engine/trace-graph.ts";
import { add, cast, eq, lt, mul, sum } from "./build.ts";
import { primitives } from "./table.ts";
import { unbroadcast } from "./unbroadcast.ts";
import type { Primitive } from "./primitive.ts";

const f32 = (...shape: number[]): Aval => ({ dtype: "float32", shape });
const of = (dtype: DType, ...shape: number[]): Aval => ({ dtype, shape });

function infer<P extends PrimitiveName>(op: P, inputs: Aval[], params: PrimitiveParams[P]): readonly (readonly number[])[] {
  return (primitives[op] as unknown as Primitive<P>).infer(inputs, params).map((aval) => aval.shape);
}

test("elementwise primitives broadcast, with unknown dimensions", () => {
  expect(infer("add", [f32(3, 1), f32(4)], {})).toEqual([[3, 4]]);
  expect(infer("add", [f32(NaN, 3), f32(1, 3)], {})).toEqual([[NaN, 3]]);
  expect(infer("mul", [f32(NaN, 3), f32(8, 1)], {})).toEqual([[8, 3]]);
  expect(infer("select", [of("bool", 2, 1), f32(3), f32()], {})).toEqual([[2, 3]]);
  expect(() => infer("add", [f32(3, 2), f32(3)], {})).toThrow("[add] shapes do not broadcast: [3,2] and [3] (2 ≠ 3 at axis -1)");
  expect(() => infer("add", [f32(3), of("int32", 3)], {})).toThrow("[add] operands must have one dtype: received float32[3], int32[3]");
  expect(() => infer("exp", [of("int32", 3)], {})).toThrow("[exp] dtype must be floating or complex: received int32[3]; cast it first");
  expect(primitives.abs.infer([of("complex64", 2)], {})).toEqual([f32(2)]);
  expect(primitives.lt.infer([f32(2), f32(2)], {})).toEqual([of("bool", 2)]);
  expect(() => infer("lt", [of("complex64"), of("complex64")], {})).toThrow(DTypeError);
  expect(() => infer("bitcast", [f32(2)], { dtype: "float64" })).toThrow(DTypeError);
});

test("dot names both operands when the inner dimensions differ", () => {
  expect(infer("dot", [f32(32, 784), f32(784, 300)], {})).toEqual([[32, 300]]);
  expect(infer("dot", [f32(NaN, 8, 5), f32(7, 5, 2)], {})).toEqual([[7, 8, 2]]);
  expect(() => infer("dot", [f32(32, 784), f32(785, 300)], {})).toThrow(
    "[dot] inner dimensions differ: float32[32,784] · float32[785,300] (784 ≠ 785)",
  );
  expect(() => infer("dot", [f32(2, 3, 4), f32(3, 4, 5)], {})).toThrow("[dot] batch dimensions differ");
  expect(() => infer("dot", [f32(3), f32(3)], {})).toThrow("at least 2 axes");
});

test("views", () => {
  expect(infer("reshape", [f32(2, 6)], { shape: [3, 4] })).toEqual([[3, 4]]);
  expect(infer("reshape", [f32(NaN, 6)], { shape: [NaN, 2, 3] })).toEqual([[NaN, 2, 3]]);
  expect(() => infer("reshape", [f32(2, 6)], { shape: [5] })).toThrow(
    "[reshape] cannot reshape [2,6] (12 elements) to [5]: it has 5 elements",
  );
  expect(infer("transpose", [f32(2, 3, 4)], { permutation: [2, 0, 1] })).toEqual([[4, 2, 3]]);
  expect(() => infer("transpose", [f32(2, 3)], { permutation: [0, 0] })).toThrow("an axis is given twice");
  expect(() => infer("transpose", [f32(2, 3)], { permutation: [0] })).toThrow("permutation must have 2 entries");
  expect(infer("broadcast", [f32(3, 1)], { shape: [2, 3, 4] })).toEqual([[2, 3, 4]]);
  expect(() => infer("broadcast", [f32(3)], { shape: [2, 4] })).toThrow("[broadcast] float32[3] does not broadcast to [2,4]");
  expect(infer("slice", [f32(10)], { start: [1], limit: [8], strides: [3] })).toEqual([[3]]);
  expect(infer("slice", [f32(NaN, 4)], { start: [0, 1], limit: [NaN, 3], strides: [1, 1] })).toEqual([[NaN, 2]]);
  expect(() => infer("slice", [f32(10)], { start: [1], limit: [11], strides: [1] })).toThrow(
    "[slice] range is outside axis 0: 1 to 11 of float32[10]",
  );
  expect(infer("pad", [f32(3), f32()], { low: [-1], high: [2], interior: [2] })).toEqual([[8]]);
  expect(() => infer("pad", [f32(3), f32()], { low: [-4], high: [0], interior: [0] })).toThrow("crops more than there is");
  expect(infer("concat", [f32(2, 3), f32(NaN, 4)], { axis: 1 })).toEqual([[2, 7]]);
  expect(infer("concat", [f32(NaN, 3), f32(4, 3)], { axis: 0 })).toEqual([[NaN, 3]]);
  expect(() => infer("concat", [f32(2, 3), f32(3, 3)], { axis: 1 })).toThrow(ShapeError);
});

test("reductions and orderings", () => {
  expect(infer("reduce", [f32(2, NaN, 4)], { op: "sum", axes: [0, 2] })).toEqual([[NaN]]);
  expect(() => infer("reduce", [f32(2)], { op: "sum", axes: [1] })).toThrow("[reduce] axis is out of range: 1 for float32[2]");
  expect(() => infer("reduce", [of("bool", 2)], { op: "sum", axes: [0] })).toThrow(DTypeError);
  expect(infer("reduce", [of("bool", 2)], { op: "max", axes: [0] })).toEqual([[]]);
  expect(() => infer("argreduce", [f32(2, 0)], { op: "max", axis: 1 })).toThrow("axis 1 is empty");
  expect(infer("argsort", [f32(2, 3)], { axis: 1, descending: true })).toEqual([[2, 3]]);
});

test("conv and windows", () => {
  const conv = {
    strides: [2, 1],
    padding: [
      [1, 1],
      [0, 0],
    ] as const,
    lhsDilation: [1, 1],
    rhsDilation: [1, 2],
  };
  expect(infer("conv", [f32(1, 8, 28, 28, 3), f32(1, 3, 3, 3, 16)], conv)).toEqual([[1, 8, 14, 24, 16]]);
  expect(infer("conv", [f32(1, NaN, 28, NaN, 3), f32(1, 3, 3, 3, 16)], conv)).toEqual([[1, NaN, 14, NaN, 16]]);
  expect(() => infer("conv", [f32(1, 8, 28, 28, 4), f32(1, 3, 3, 3, 16)], conv)).toThrow("[conv] channels differ");
  expect(() => infer("conv", [f32(1, 8, 28, 4, 3), f32(1, 3, 3, 3, 16)], conv)).toThrow(
    "the window is larger than the padded input: 5 > 4",
  );
  const window = {
    window: [1, 2, 1],
    strides: [1, 2, 1],
    padding: [
      [0, 0],
      [0, 1],
      [0, 0],
    ] as const,
    dilation: [1, 1, 1],
  };
  expect(infer("reduce_window", [f32(2, 5, 3)], { ...window, op: "max" })).toEqual([[2, 3, 3]]);
  expect(infer("window_scatter", [f32(2, 5, 3), f32(2, 3, 3)], { ...window, op: "max" })).toEqual([[2, 5, 3]]);
  expect(() => infer("window_scatter", [f32(2, 5, 3), f32(2, 2, 3)], { ...window, op: "max" })).toThrow(ShapeError);
  expect(() => infer("reduce_window", [f32(2, 1, 3)], { ...window, window: [1, 4, 1], op: "max" })).toThrow("the window is larger");
});

test("indexing", () => {
  expect(infer("gather", [f32(2, 5, 3), of("int32", 7, 8)], { axis: 1 })).toEqual([[2, 7, 8, 3]]);
  expect(infer("gather", [f32(5), of("int32")], { axis: 0 })).toEqual([[]]);
  expect(() => infer("gather", [f32(5), of("int64", 2)], { axis: 0 })).toThrow("indices must be int32: received int64[2]");
  expect(infer("scatter", [f32(5, 2), of("int32", 3), f32(3, 2)], { axis: 0, op: "add" })).toEqual([[5, 2]]);
  expect(() => infer("scatter", [f32(5, 2), of("int32", 3), f32(2, 3)], { axis: 0, op: "add" })).toThrow(ShapeError);
});

test("linear algebra", () => {
  expect(infer("svd", [f32(NaN, 3, 5)], { full: false })).toEqual([
    [NaN, 3, 3],
    [NaN, 3],
    [NaN, 3, 5],
  ]);
  expect(infer("svd", [f32(3, 5)], { full: true })).toEqual([[3, 3], [3], [5, 5]]);
  expect(infer("qr", [f32(5, 3)], { full: true })).toEqual([
    [5, 5],
    [5, 3],
  ]);
  expect(infer("lu", [f32(5, 3)], {})).toEqual([[5, 3], [3], [5]]);
  expect(() => infer("cholesky", [f32(5, 3)], {})).toThrow("[cholesky] the last two axes must be equal: received float32[5,3]");
  expect(() => infer("cholesky", [of("float16", 3, 3)], {})).toThrow("float32 or float64");
  expect(() => infer("triangular_solve", [f32(3, 3), f32(4, 1)], { lower: true, transpose: false, unitDiagonal: false })).toThrow(
    ShapeError,
  );
});

test("cond: operands fit both branches, which agree", () => {
  const double = traceGraph([f32(3)], ([x]) => [add(x, x)]).graph;
  const total = traceGraph([f32(3)], ([x]) => [sum(x, [0])]).graph;
  expect(infer("cond", [of("bool"), f32(3)], { then: double, otherwise: double })).toEqual([[3]]);
  expect(() => infer("cond", [of("bool"), f32(3)], { then: double, otherwise: total })).toThrow(
    "[cond] output 0 of the branches must agree: received float32[], expected float32[3]",
  );
  expect(() => infer("cond", [f32(), f32(3)], { then: double, otherwise: double })).toThrow(
    "[cond] predicate must be a scalar bool: received float32[]",
  );
  expect(() => infer("cond", [of("bool"), f32(4)], { then: double, otherwise: double })).toThrow("[cond] operand 0 does not fit then");
  expect(() => infer("cond", [of("bool")], { then: double, otherwise: double })).toThrow("[cond] then takes 1 operands: received 0");
});

test("scan: carried values keep their shape, emitted ones are stacked", () => {
  const body = traceGraph([f32(2), f32(4), f32(2)], ([h, x, c]) => [mul(h, c), sum(x, [0])]).graph;
  const params = { body, carry: 1, xs: 1, length: 7, reverse: false };
  expect(infer("scan", [f32(2), f32(7, 4), f32(2)], params)).toEqual([[2], [7]]);
  expect(() => infer("scan", [f32(2), f32(6, 4), f32(2)], params)).toThrow("must have a leading axis of 7: received float32[6,4]");
  const changing = traceGraph([f32(2)], ([h]) => [sum(h, [0])]).graph;
  expect(() => infer("scan", [f32(2)], { body: changing, carry: 1, xs: 0, length: 7, reverse: false })).toThrow(
    "[scan] carried value 0 changes in the body: received float32[], expected float32[2]",
  );
});

test("while: its test gives one bool", () => {
  const test_ = traceGraph([f32()], ([x]) => [lt(x, 3)]).graph;
  const body = traceGraph([f32()], ([x]) => [mul(x, 2)]).graph;
  expect(infer("while", [f32()], { test: test_, body, carry: 1, maxIterations: null })).toEqual([[]]);
  expect(() => infer("while", [f32()], { test: body, body, carry: 1, maxIterations: null })).toThrow("test's output must be a scalar bool");
  expect(() => infer("while", [f32()], { test: test_, body, carry: 1, maxIterations: -1 })).toThrow("maxIterations");
});

test("composite errors carry its name", () => {
  const body = traceGraph([f32(NaN, 2)], ([x]) => [cast(eq(x, x), "int32")]).graph;
  const params = { name: "mine", attributes: {}, body, vjp: null };
  expect(primitives.composite.infer([f32(5, 2)], params)).toEqual([of("int32", NaN, 2)]);
  expect(() => infer("composite", [f32(5, 3)], params)).toThrow("[mine] operand 0 does not fit the composite's body");
});

test("constants are checked against their dtype", () => {
  expect(() => infer("constant", [], { value: 300, dtype: "uint8" })).toThrow(
    "[constant] uint8 holds integers from 0 to 255: received 300",
  );
  expect(() => infer("constant", [], { value: 2n ** 63n, dtype: "int64" })).toThrow(
    "[constant] int64 holds integers from -2^63 to 2^63 - 1: received 9223372036854775808",
  );
  expect(infer("constant", [], { value: -(2n ** 63n), dtype: "int64" })).toEqual([[]]);
  expect(() => infer("constant", [], { value: 1, dtype: "bool" })).toThrow("must be a boolean");
  expect(() => infer("constant", [], { value: 1, dtype: "int64" })).toThrow("must be a bigint");
  expect(() => infer("iota", [], { shape: [2], axis: 1, dtype: "int32" })).toThrow("axis is out of range");
  expect(() => infer("random_bits", [of("uint32", 3)], { shape: [2] })).toThrow("key must be uint32[2]");
});

test("unbroadcast sums to the shape before broadcasting", () => {
  traceGraph([f32(4, 3, 2)], ([ct]) => {
    expect(unbroadcast(ct, [3, 1]).shape).toEqual([3, 1]);
    expect(unbroadcast(ct, []).shape).toEqual([]);
    expect(unbroadcast(ct, [4, 3, 2])).toBe(ct);
    expect(() => unbroadcast(ct, [1, 4, 3, 2])).toThrow(ShapeError);
    return [ct];
  });
});
