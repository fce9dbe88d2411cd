/** Distinct elements, and places that are not 0: how many there are depends on data, so these read it and cannot be traced. */
import { ShapeError, TraceError, ValueError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { isTensorBase } from "../../tensor/base.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { flattened } from "../shape/reshape.ts";
import { sliceAxis } from "../shape/split.ts";
import { input, integerInput } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";
import { refuseComplex } from "../elementwise/factories.ts";

/** The number in a scalar, read now. */
function readNow(name: string, x: Value, hint: string): number {
  if (x.storage === null && x.node !== null && (x.node.trace !== null || x.node.op === "input")) {
    throw new TraceError(`[${name}] the shape of the result depends on data, which is not there while tracing; ${hint}`);
  }
  return new Tensor(x).itemSync();
}

/** Options of {@link unique}. */
export interface UniqueOptions {
  /** Kept for Keras: the elements always come sorted. */
  readonly sorted?: boolean;
  /** Also give the index of each element's first occurrence. */
  readonly returnIndex?: boolean;
  /** Also give the place of each input element among the distinct ones; x's shape. */
  readonly returnInverse?: boolean;
  /** Also give how often each occurs. */
  readonly returnCounts?: boolean;
  /** Only null (default): the flattened tensor. */
  readonly axis?: number | null;
  /** Number of results, by cutting or filling; needed while tracing. Default: as many as there are. */
  readonly size?: number | null;
  /** Fills up to `size`. Default: the smallest element. */
  readonly fillValue?: number | null;
}

/** The type of {@link unique}. */
export interface UniqueOp extends Op<[x: TensorLike, options?: UniqueOptions]> {
  (
    x: TensorLike,
    options: UniqueOptions & ({ readonly returnIndex: true } | { readonly returnInverse: true } | { readonly returnCounts: true }),
  ): Tensor[];
}

/**
 * The distinct elements of the flattened tensor, sorted: [count], or [size] where `size` is given; with options an array of them and, in
 * this order, first indices, inverse, counts (int32).
 *
 * @throws TraceError while tracing without `size`; ValueError for an axis; DTypeError for complex numbers.
 *
 * @example
 * const [values, counts] = ops.unique(tensor([3, 1, 3]), { returnCounts: true });
 * values; // [1, 3]
 * counts; // [1, 2]
 */
export const unique: UniqueOp = op("unique", ["x"], (x: TensorLike, options: UniqueOptions = {}) => {
  const given = input("unique", x);
  refuseComplex("unique", given.dtype);
  if (options.axis !== undefined && options.axis !== null)
    throw new ValueError(`[unique] only axis null (the flattened tensor) is supported: received ${options.axis}`);
  const flat = flattened(given);
  const n = flat.shape[0] as number;
  const order = build.argsort(flat, 0);
  const sorted = build.gather(flat, order, 0);
  const differs =
    n < 2
      ? build.full([n], true, "bool")
      : build.concat([build.full([1], true, "bool"), build.not(build.eq(sliceAxis(sorted, 0, 1, n), sliceAxis(sorted, 0, 0, n - 1)))], 0);
  const place = build.sub(build.cumulative("sum", build.cast(differs, "int32"), 0), 1);
  const { size: wanted = null } = options;
  const count =
    n === 0 ? 0 : wanted === null ? readNow("unique", build.reduce("sum", build.cast(differs, "int32"), [0]), "give { size }") : null;
  const size = wanted === null ? (count as number) : integerInput("unique", wanted, "size", 0);
  // What is beyond the size goes to one more place, which is cut off.
  const target = build.minimum(place, size);
  const collect = (which: "set" | "min" | "add", start: Value, values: Value): Value =>
    sliceAxis(build.scatter(which, start, target, values, 0), 0, 0, size);
  const filler = options.fillValue ?? null;
  const fill = build.cast(
    filler === null ? (n === 0 ? build.constant(0, "int32") : build.reshape(sliceAxis(sorted, 0, 0, 1), [])) : input("unique", filler),
    flat.dtype,
  );
  const values = collect("set", build.broadcast(fill, [size + 1]), sorted);
  const results = [new Tensor(values)];
  const integers = (value: number): Value => build.full([size + 1], value, "int32");
  if (options.returnIndex === true) {
    const first = collect("min", integers(n), order);
    results.push(new Tensor(build.select(build.eq(first, n), 0, first)));
  }
  if (options.returnInverse === true) {
    const inverse = build.scatter("set", build.full([n], 0, "int32"), order, place, 0);
    results.push(new Tensor(build.reshape(inverse, given.shape)));
  }
  if (options.returnCounts === true) results.push(new Tensor(collect("add", integers(0), build.full([n], 1, "int32"))));
  return results.length === 1 ? results[0] : results;
}) as unknown as UniqueOp;

/**
 * Coordinates of the elements that are not 0, in row-major order: one int32 tensor [count] an axis.
 *
 * @throws TraceError while tracing, since the size of the result depends on data; ShapeError for a scalar.
 *
 * @example
 * ops.nonzero(tensor([[0, 5], [7, 0]])); // [[0, 1], [1, 0]]
 */
export const nonzero: Op<[x: TensorLike], Tensor[]> = op("nonzero", ["x"], (x: TensorLike) => {
  const value = build.cast(isTensorBase(x) ? x.value : input("nonzero", x), "bool");
  if (value.shape.length === 0) throw new ShapeError('[nonzero] a scalar has no coordinates: use ops.cast(x, "bool")');
  const flat = flattened(value);
  const n = flat.shape[0] as number;
  const count = readNow("nonzero", build.sum(build.cast(flat, "int32"), [0]), "use ops.where(condition, x1, x2)");
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
