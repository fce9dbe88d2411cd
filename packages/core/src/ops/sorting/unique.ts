/** Distinct elements, and places that are not 0: how many there are depends on data, so these read it and cannot be traced. */
import { ShapeError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { isTensorBase } from "../../tensor/base.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { scan } from "../control/loops.ts";
import { flattened, moveaxis } from "../shape/reshape.ts";
import { sliceAxis } from "../shape/split.ts";
import { axisOf } from "../support/axes.ts";
import { input, integerInput } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";
import { numberNow } from "../support/read-now.ts";
import { refuseComplex } from "../elementwise/factories.ts";

/** Options of {@link unique}. */
export interface UniqueOptions {
  /** Kept for Keras: the elements always come sorted. Default true. */
  readonly sorted?: boolean;
  /** Also give the index of each element's first occurrence. Default false. */
  readonly returnIndex?: boolean;
  /** Also give the place of each input element among the distinct ones: x's shape, or [size along the axis]. Default false. */
  readonly returnInverse?: boolean;
  /** Also give how often each occurs. Default false. */
  readonly returnCounts?: boolean;
  /** The axis whose slices count as elements. Default null: the flattened tensor's elements do. */
  readonly axis?: number | null;
  /** Number of results, by cutting or filling; needed while tracing. Default null: as many as there are. */
  readonly size?: number | null;
  /** Fills up to `size`. Default null: 0. */
  readonly fillValue?: number | null;
}

/** The type of {@link unique}. */
export interface UniqueOp extends Op<[x: TensorLike, options?: UniqueOptions]> {
  (
    x: TensorLike,
    options: UniqueOptions & ({ readonly returnIndex: true } | { readonly returnInverse: true } | { readonly returnCounts: true }),
  ): Tensor[];
}

/** The order of the rows of [n, m]: by the first column, where equal by the second, and so on. */
export function rowOrder(rows: Value): Value {
  const [n, m] = rows.shape as [number, number];
  if (n < 2 || m === 0) return build.iota([n], 0);
  const columns = new Tensor(build.flip(build.matrixTranspose(rows), [0]));
  const byColumn = (order: Tensor, column: Tensor): [Tensor, null] => {
    const next = build.argsort(build.gather(column.value, order.value, 0), 0);
    return [new Tensor(build.gather(order.value, next, 0)), null];
  };
  return (scan(byColumn, new Tensor(build.iota([n], 0)), columns)[0] as Tensor).value;
}

/** bool [n]: where a row of sorted ones is another than the one before. */
function startsOf(sorted: Value): Value {
  const n = sorted.shape[0] as number;
  if (n < 2) return build.full([n], true, "bool");
  const same = build.eq(sliceAxis(sorted, 0, 1, n), sliceAxis(sorted, 0, 0, n - 1));
  const equal = same.shape.length === 1 ? same : build.reduce("min", same, [1]);
  return build.concat([build.full([1], true, "bool"), build.not(equal)], 0);
}

/**
 * The distinct elements of the flattened tensor, sorted: [count], or [size] where `size` is given. With an axis its distinct slices, sorted
 * by their elements in order: the shape of `x` with `count` or `size` along the axis. With options an array of them and, in this order,
 * first indices, inverse, counts (int32). What fills up to `size` has index 1 and count 0, as in Keras. Each NaN is an element of its own.
 *
 * @throws TraceError while tracing without `size`; ShapeError for an axis out of range; DTypeError for complex numbers.
 *
 * @example
 * const [values, counts] = ops.unique(tensor([3, 1, 3]), { returnCounts: true });
 * values; // [1, 3]
 * counts; // [1, 2]
 * ops.unique(tensor([[1, 0], [0, 1], [1, 0]]), { axis: 0 }); // [[0, 1], [1, 0]]
 */
export const unique: UniqueOp = op("unique", ["x"], (x: TensorLike, options: UniqueOptions = {}) => {
  const given = input("unique", x);
  refuseComplex("unique", given.dtype);
  const { axis: alongAxis = null, size: wanted = null, fillValue } = options;
  const axis = alongAxis === null ? null : axisOf("unique", alongAxis, given);
  const inFront = axis === null ? flattened(given) : moveaxis(new Tensor(given), axis, 0).value;
  const [n, ...slice] = inFront.shape as [number, ...number[]];
  const elements = axis === null ? inFront : build.reshape(inFront, [n, slice.reduce((product, dim) => product * dim, 1)]);
  const order = axis === null ? build.argsort(elements, 0) : rowOrder(elements);
  const sorted = build.gather(elements, order, 0);
  const starts = build.cast(startsOf(sorted), "int32");
  const place = build.sub(build.cumulative("sum", starts, 0), 1);
  const count = (): number => (n === 0 ? 0 : numberNow("unique", build.reduce("sum", starts, [0]), "give { size }"));
  const size = wanted === null ? count() : integerInput("unique", wanted, "size", 0);
  // What is beyond the size goes to one more place, which is cut off.
  const target = build.minimum(place, size);
  const collect = (which: "set" | "min" | "add", start: Value, values: Value): Value =>
    sliceAxis(build.scatter(which, start, target, values, 0), 0, 0, size);
  const fill = build.cast(input("unique", fillValue ?? 0, "fillValue"), given.dtype);
  const distinct = collect("set", build.broadcast(fill, [size + 1, ...elements.shape.slice(1)]), sorted);
  const inPlace = new Tensor(axis === null ? distinct : build.reshape(distinct, [size, ...slice]));
  const results = [axis === null ? inPlace : moveaxis(inPlace, 0, axis)];
  const integers = (value: number): Value => build.full([size + 1], value, "int32");
  if (options.returnIndex === true) {
    const first = collect("min", integers(n), order);
    results.push(new Tensor(build.select(build.eq(first, n), 1, first)));
  }
  if (options.returnInverse === true) {
    const inverse = build.scatter("set", build.full([n], 0, "int32"), order, place, 0);
    results.push(new Tensor(axis === null ? build.reshape(inverse, given.shape) : inverse));
  }
  if (options.returnCounts === true) results.push(new Tensor(collect("add", integers(0), build.full([n], 1, "int32"))));
  return results.length === 1 ? results[0] : results;
}) as unknown as UniqueOp;

/**
 * Coordinates of the elements that are not 0, in row-major order: one int32 tensor [count] an axis.
 *
 * @throws TraceError while tracing and DeviceError where the device cannot be read without waiting, since the size of the result depends on
 * data; ShapeError for a scalar.
 *
 * @example
 * ops.nonzero(tensor([[0, 5], [7, 0]])); // [[0, 1], [1, 0]]
 */
export const nonzero: Op<[x: TensorLike], Tensor[]> = op("nonzero", ["x"], (x: TensorLike) => {
  const value = build.cast(isTensorBase(x) ? x.value : input("nonzero", x), "bool");
  if (value.shape.length === 0) throw new ShapeError('[nonzero] a scalar has no coordinates: use ops.cast(x, "bool")');
  const flat = flattened(value);
  const n = flat.shape[0] as number;
  const count = numberNow("nonzero", build.sum(build.cast(flat, "int32"), [0]), "use ops.where(condition, x1, x2), or read x first");
  const positions = sliceAxis(build.argsort(flat, 0, true), 0, 0, count);
  let rest = n === 0 ? build.full([0], 0, "int32") : positions;
  const coordinates: Tensor[] = [];
  for (let axis = value.shape.length - 1; axis >= 0; axis--) {
    const dim = Math.max(value.shape[axis] as number, 1);
    coordinates.unshift(new Tensor(build.binary("rem", rest, build.constant(dim, "int32"))));
    rest = build.div(rest, dim);
  }
  return coordinates;
});
