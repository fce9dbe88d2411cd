/** What bodies of random branches and loops compute: functions of two values of one shape and dtype that keep whole numbers whole and small. */
import { bind, build, type Value } from "@neurite/core";
import type { Choices } from "../samples/choices.ts";
import { traced } from "../samples/run-graph.ts";

const { add, cast, gather, lt, maximum, minimum, mul, reduce, reshape, select, slice, sub } = build;

export type Body = (a: Value, b: Value) => Value;

/** Whole numbers in here are multiplied and summed without rounding, in any order. */
const bound = 8;

function bounded(x: Value): Value {
  return minimum(x.dtype.startsWith("uint") ? x : maximum(x, -bound), bound);
}

const isEmpty = ({ shape }: Value): boolean => shape.includes(0);
const sizeOf = ({ shape }: Value): number => shape.reduce((product, dim) => product * dim, 1);

/** Whole numbers from 0 to `limit`, int32. */
function counts(x: Value, limit: number): Value {
  return cast(minimum(maximum(x, 0), Math.min(limit, bound)), "int32");
}

/** The first of each row: [rows]. */
function firstColumn(x: Value): Value {
  const [rows] = x.shape as [number];
  return reshape(slice(x, x.shape.map(() => 0), x.shape.map((dim, i) => (i === 0 ? dim : 1))), [rows]); // prettier-ignore
}

const rowCounts = (x: Value): Value => counts(firstColumn(x), x.shape[0] - 1);
const everything = (x: Value): Value => reduce("sum", x, x.shape.map((_, i) => i)); // prettier-ignore

/** Of values of every shape. */
const plain: readonly Body[] = [
  (a, b) => maximum(a, b),
  (a, b) => minimum(add(a, 1), b),
  (a, b) => sub(b, a),
  (a, b) => select(lt(a, b), b, minimum(mul(a, a), 4)),
  (a, b) => select(build.binary("eq", a, b), a, cast(cast(b, "int32"), a.dtype)),
];

/** Of values with rows. */
const byRow: readonly Body[] = [
  (a) => build.flip(a, [0]),
  (a, b) => add(b, build.unreduce(reduce("max", a, [0]), a.shape, [0])),
  (a, b) => sub(build.cumulative("sum", a, 0), build.cumulative("max", b, 0, true)),
  (a) => gather(a, build.argsort(firstColumn(a), 0), 0),
  (a, b) => gather(a, rowCounts(b), 0),
  (a, b) => build.scatter("add", a, rowCounts(b), b, 0),
  (a, b) => build.scatter("set", b, rowCounts(a), a, 0),
  (a, b) => add(cast(build.unreduce(build.argreduce("max", a, 0), a.shape, [0]), a.dtype), b),
  (a, b) => {
    const zeros = a.shape.map(() => 0);
    return build.concat([slice(a, zeros.with(0, 1), a.shape), slice(b, zeros, a.shape.with(0, 1))], 0);
  },
  (a, b) => {
    const along = (value: number): number[] => a.shape.map((_, i) => (i === 0 ? value : 0));
    return slice(build.pad(a, along(2), along(1), undefined, reshape(slice(reshape(b, [sizeOf(b)]), [0], [1]), [])), along(1), a.shape.with(0, a.shape[0] + 1)); // prettier-ignore
  },
  (a) => {
    const ones = a.shape.map(() => 1);
    const padding = a.shape.map((_, i): [number, number] => (i === 0 ? [1, 1] : [0, 0]));
    return build.reduceWindow("sum", a, { window: ones.with(0, 3), strides: ones, dilation: ones, padding });
  },
  (a, b) => {
    const line = reshape(a, [1, 1, sizeOf(a), 1]);
    const filter = reshape(build.concat([reshape(everything(b), [1]), slice(reshape(b, [sizeOf(b)]), [0], [1])], 0), [1, 2, 1, 1]);
    return reshape(build.conv(line, bounded(filter), { strides: [1], padding: [[1, 0]], lhsDilation: [1], rhsDilation: [1] }), a.shape);
  },
  // A loop over the rows of one operand, in a body.
  (a, b) => {
    const row = { dtype: b.dtype, shape: b.shape.slice(1) };
    const step = traced([a, row], ([h, x]) => [bounded(sub(h, x)), reduce("max", h, [0])]);
    const [last, rows] = bind("scan", [a, b], { body: step, carry: 1, xs: 1, length: b.shape[0], reverse: true });
    return add(last, rows);
  },
];

/** Of matrices. */
const ofMatrices: readonly Body[] = [
  (a, b) => build.dot(bounded(build.dot(a, build.matrixTranspose(b))), a),
  (a, b) => add(a, build.matrixTranspose(reshape(b, [...a.shape.slice(0, -2), ...a.shape.slice(-2).reverse()]))),
];

/** A branch that the data decide, and a loop of which they decide the length. */
function nested(choose: Choices, depth: number): readonly Body[] {
  const inner = (): Body => chooseBody(choose, depth + 1);
  return [
    (a, b) => {
      const [first, second] = [inner(), inner()];
      const then = traced([a, b], ([x, y]) => [first(x, y)]);
      const otherwise = traced([a, b], ([x, y]) => [second(y, x)]);
      return bind("cond", [lt(everything(a), everything(b)), a, b], { then, otherwise })[0];
    },
    (a, b) => {
      const advance = inner();
      const operands = [build.constant(0, "int32"), a, counts(everything(b), 3), b];
      const test = traced(operands, ([i, , limit]) => [lt(i, limit)]);
      const body = traced(operands, ([i, x, , y]) => [add(i, 1), advance(x, y)]);
      return bind("while", operands, { test, body, carry: 2, maxIterations: choose.of([null, 4]) })[1];
    },
    (a, b) => {
      const body = inner();
      const graph = traced([a, b], ([x, y]) => [body(x, y)]);
      return bind("composite", [a, b], { name: "nested", attributes: {}, body: graph, vjp: null })[0];
    },
  ];
}

/** A body for values of whatever shape; one that takes rows or matrices falls back to one that does not where they have none. */
export function chooseBody(choose: Choices, depth = 0): Body {
  const simple = choose.of(plain);
  const rows = choose.of(byRow);
  const matrices = choose.of(ofMatrices);
  const deeper = depth < 2 && choose.chance(0.3) ? choose.of(nested(choose, depth)) : null;
  const kind = choose.below(4);
  return (a, b) => {
    const [x, y] = [bounded(a), bounded(b)];
    if (deeper !== null) return bounded(deeper(x, y));
    if (kind === 3 && x.shape.length >= 2 && !isEmpty(x)) return bounded(matrices(x, y));
    if (kind > 0 && x.shape.length >= 1 && !isEmpty(x)) return bounded(rows(x, y));
    return bounded(simple(x, y));
  };
}
