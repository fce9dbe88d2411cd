/** Other places for the same elements, and sums over them. */
import { ShapeError, ValueError } from "../errors.ts";
import { optionsOf } from "../options.ts";
import type { Value } from "../graph/value.ts";
import * as build from "../primitives/build.ts";
import { segmentSum } from "../ops/indexing/index.ts";
import { nonzero, unique } from "../ops/sorting/index.ts";
import { rowOrder } from "../ops/sorting/unique.ts";
import { type Axes, axesOf, axisOf, keptShape } from "../ops/support/axes.ts";
import { input, operands } from "../ops/support/input.ts";
import { formatAval, formatShape } from "../shapes/format.ts";
import { resolveReshape } from "../shapes/reshape.ts";
import type { TensorLike } from "../tensor/create.ts";
import { Tensor } from "../tensor/tensor.ts";
import { getDefaultDevice } from "../engine/device.ts";
import { isTracing } from "../engine/state.ts";
import { coordinates, fitsInt32, placesOf, positions, rowsOf, sizeOf } from "./positions.ts";
import { SparseTensor, sparseInput } from "./sparse-tensor.ts";

function columnsOf(name: string, x: SparseTensor): Value[] {
  return x.denseShape.map((_, axis) => coordinates(name, x, axis));
}

/** Coordinates of row-major places in `shape`. */
function unraveled(places: Value, shape: readonly number[]): Value {
  const columns: Value[] = [];
  let rest = places;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = Math.max(shape[axis] as number, 1);
    columns.unshift(build.cast(build.binary("rem", rest, build.full([], size, places.dtype)), "int32"));
    rest = build.div(rest, size);
  }
  return rowsOf(columns, places.shape[0] as number);
}

/** int32 [elements, rank], checked when a result is read. */
const checkedIndices = (name: string, x: SparseTensor): Value => rowsOf(columnsOf(name, x), x.nnz);

/**
 * With its axes in another order (default reversed): [m, n] gives [n, m].
 *
 * @throws ShapeError unless `perm` names each axis once; ValueError when `x` is not sparse.
 *
 * @example
 * sparse.transpose(new SparseTensor([[0, 2]], [5], [2, 3])).indices; // [[2, 0]]
 */
export function transpose(x: SparseTensor, options: { readonly perm?: readonly number[] } = {}): SparseTensor {
  const name = "sparse.transpose";
  const { denseShape, values, ndim } = sparseInput(name, x);
  const perm = (optionsOf(name, options, "{ perm: [1, 0] }").perm ?? denseShape.map((_, i) => ndim - 1 - i)).map((axis) =>
    axisOf(name, axis, { dtype: x.dtype, shape: denseShape }),
  );
  if (new Set(perm).size !== ndim)
    throw new ShapeError(`[${name}] perm must name each axis of ${formatShape(denseShape)} once: received [${perm}]`);
  const columns = columnsOf(name, x);
  const indices = rowsOf(
    perm.map((axis) => columns[axis] as Value),
    x.nnz,
  );
  return new SparseTensor(
    new Tensor(indices),
    values,
    perm.map((axis) => denseShape[axis] as number),
  );
}

/**
 * In another shape with the same number of elements, as [2, 6] in [3, 4]; one size may be -1. Shapes of 2^31 elements and more take a
 * device with int64.
 *
 * @throws ShapeError for another number of elements, and for an axis of 2^31 and more.
 *
 * @example
 * sparse.toDense(sparse.reshape(sparse.eye(2), [-1])); // [1, 0, 0, 1]
 */
export function reshape(x: SparseTensor, shape: readonly number[]): SparseTensor {
  const name = "sparse.reshape";
  const { denseShape, values, nnz } = sparseInput(name, x);
  const wanted = resolveReshape(denseShape, shape, name);
  const places = placesOf(columnsOf(name, x), denseShape, nnz, fitsInt32(denseShape) ? "int32" : "int64");
  return new SparseTensor(new Tensor(unraveled(places, wanted)), values, wanted);
}

/**
 * The elements in row-major order of their places; the shape stays.
 *
 * @example
 * sparse.reorder(new SparseTensor([[1, 0], [0, 1]], [1, 2], [2, 2])).values; // [2, 1]
 */
export function reorder(x: SparseTensor): SparseTensor {
  const name = "sparse.reorder";
  const indices = checkedIndices(name, sparseInput(name, x));
  const order = fitsInt32(x.denseShape) ? build.argsort(positions(name, x), 0) : rowOrder(indices);
  return new SparseTensor(new Tensor(build.gather(indices, order, 0)), new Tensor(build.gather(x.values.value, order, 0)), x.denseShape);
}

/**
 * Each place once, in row-major order, with the sum of what was kept there; the shape stays. How many there are depends on the data: not
 * inside `compile`.
 *
 * @throws TraceError on traced coordinates.
 *
 * @example
 * const x = new SparseTensor([[1, 0], [0, 0], [1, 0]], [1, 2, 3], [2, 2]);
 * sparse.coalesce(x).values; // [2, 4]
 */
export function coalesce(x: SparseTensor): SparseTensor {
  const name = "sparse.coalesce";
  if (sparseInput(name, x).nnz === 0) return x;
  const small = fitsInt32(x.denseShape);
  const places = new Tensor(small ? positions(name, x) : checkedIndices(name, x));
  const [distinct, segments] = unique(places, { returnInverse: true, axis: small ? null : 0 }) as unknown as [Tensor, Tensor];
  const values = segmentSum(x.values, segments.reshape([-1]), { numSegments: distinct.shape[0] as number });
  return new SparseTensor(small ? new Tensor(unraveled(distinct.value, x.denseShape)) : distinct, values, x.denseShape);
}

/**
 * The elements for which `mask` (bool [elements]) is true. How many depends on the data: not inside `compile`.
 *
 * @throws ShapeError for a mask of another size; TraceError on a traced mask.
 *
 * @example
 * const x = new SparseTensor([[0, 1], [1, 0]], [5, 7], [2, 2]);
 * sparse.retain(x, [false, true]).values; // [7]
 */
export function retain(x: SparseTensor, mask: TensorLike): SparseTensor {
  const name = "sparse.retain";
  const { nnz } = sparseInput(name, x);
  const flags = build.cast(input(name, mask, "mask"), "bool");
  if (flags.shape.length !== 1 || flags.shape[0] !== nnz) {
    throw new ShapeError(`[${name}] mask must have one element for each of the ${nnz} elements: received ${formatAval(flags)}`);
  }
  const [kept] = nonzero(new Tensor(flags)) as [Tensor];
  const pick = (value: Value): Tensor => new Tensor(build.gather(value, build.cast(kept.value, "int32"), 0));
  return new SparseTensor(pick(x.indices.value), pick(x.values.value), x.denseShape);
}

/**
 * The part that starts at `start` and has `size` (what lies beyond the end is left out): [m, n] gives at most that shape. Inside
 * `compile`, and on devices that cannot be read at once, elements outside the part stay, as zeros at its first place, since their number
 * cannot depend on data.
 *
 * @throws ShapeError for another number of axes; ValueError for a negative start or size.
 *
 * @example
 * sparse.toDense(sparse.slice(sparse.eye(3), [1, 0], [2, 2])); // [[0, 1], [0, 0]]
 */
export function slice(x: SparseTensor, start: readonly number[], size: readonly number[]): SparseTensor {
  const name = "sparse.slice";
  const { denseShape, ndim } = sparseInput(name, x);
  if (start.length !== ndim || size.length !== ndim) {
    throw new ShapeError(
      `[${name}] start and size need a number for each axis of ${formatShape(denseShape)}: received [${start}] and [${size}]`,
    );
  }
  if ([...start, ...size].some((n) => !Number.isInteger(n) || n < 0)) {
    throw new ValueError(`[${name}] start and size must be whole numbers from 0: received [${start}] and [${size}]`);
  }
  const shape = denseShape.map((dim, axis) => Math.max(0, Math.min(size[axis] as number, dim - (start[axis] as number))));
  let inside = build.full([x.nnz], true, "bool");
  const moved = columnsOf(name, x).map((column, axis) => {
    const place = build.sub(column, start[axis] as number);
    inside = build.and(inside, build.and(build.le(build.constant(0, "int32"), place), build.lt(place, shape[axis] as number)));
    return place;
  });
  const { device } = x.indices.value;
  if (isTracing() || !(device ?? getDefaultDevice()).capabilities.synchronousReads) {
    if (shape.includes(0)) return new SparseTensor([], new Tensor(build.slice(x.values.value, [0], [0])), shape);
    const indices = rowsOf(
      moved.map((place) => build.select(inside, place, 0)),
      x.nnz,
    );
    return new SparseTensor(new Tensor(indices), new Tensor(build.select(inside, x.values.value, 0)), shape);
  }
  const kept = build.cast((nonzero(new Tensor(inside)) as [Tensor])[0].value, "int32");
  const pick = (value: Value): Tensor => new Tensor(build.gather(value, kept, 0));
  return new SparseTensor(pick(rowsOf(moved, x.nnz)), pick(x.values.value), shape);
}

/**
 * Sparse tensors side by side along `axis`: [m, a] and [m, b] along 1 give [m, a + b].
 *
 * @throws ShapeError when they differ in another axis; ValueError for an empty list or what is not sparse.
 *
 * @example
 * sparse.toDense(sparse.concat([sparse.eye(2), sparse.eye(2)], 1)); // [[1, 0, 1, 0], [0, 1, 0, 1]]
 */
export function concat(xs: readonly SparseTensor[], axis: number): SparseTensor {
  const name = "sparse.concat";
  if (!Array.isArray(xs) || xs.length === 0) throw new ValueError(`[${name}] xs must be an array of sparse tensors, at least one`);
  const first = sparseInput(name, xs[0], "xs[0]");
  const place = axisOf(name, axis, { dtype: first.dtype, shape: first.denseShape });
  const values = operands(
    name,
    xs.map((x, i) => sparseInput(name, x, `xs[${i}]`).values),
  );
  let total = 0;
  const indices = (xs as readonly SparseTensor[]).map((x) => {
    if (x.ndim !== first.ndim || x.denseShape.some((dim, i) => i !== place && dim !== first.denseShape[i])) {
      throw new ShapeError(
        `[${name}] shapes differ outside axis ${place}: ${formatShape(first.denseShape)} and ${formatShape(x.denseShape)}`,
      );
    }
    const offset = total;
    total += x.denseShape[place] as number;
    return rowsOf(
      columnsOf(name, x).map((column, i) => (i === place ? build.add(column, offset) : column)),
      x.nnz,
    );
  });
  return new SparseTensor(new Tensor(build.concat(indices, 0)), new Tensor(build.concat(values, 0)), first.denseShape.with(place, total));
}

/** Options of {@link reduceSum}. */
export interface SparseReduceOptions {
  /** Default null: all axes. */
  readonly axis?: Axes;
  /** Reduced axes stay, with size 1. Default false. */
  readonly keepdims?: boolean;
}

/**
 * The sum over axes (default all), which are dropped or kept with size 1, as a dense tensor: [m, n] over axis 1 gives [m].
 *
 * @example
 * sparse.reduceSum(new SparseTensor([[0, 1], [0, 0]], [5, 2], [2, 2]), { axis: 1 }); // [7, 0]
 */
export function reduceSum(x: SparseTensor, options: SparseReduceOptions = {}): Tensor {
  const name = "sparse.reduceSum";
  const { denseShape, values } = sparseInput(name, x);
  const { axis, keepdims = false } = optionsOf(name, options, "{ axis: 1 }");
  const axes = axesOf(name, axis, { dtype: x.dtype, shape: denseShape });
  const kept = denseShape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const shape = kept.map((axis) => denseShape[axis] as number);
  const elements = values.dtype === "bool" ? build.cast(values.value, "int32") : values.value;
  const flat = build.scatter("add", build.full([sizeOf(shape)], 0, elements.dtype), positions(name, x, kept), elements, 0);
  return new Tensor(build.reshape(flat, keepdims ? keptShape(denseShape, axes) : shape));
}

/**
 * `fn` of the kept elements [elements], at the same places and in the same shape: for functions with fn(0) = 0.
 *
 * @example
 * const x = new SparseTensor([[0, 1]], [9], [2, 2]);
 * sparse.toDense(sparse.mapValues(ops.sqrt, x)); // [[0, 3], [0, 0]]
 */
export function mapValues(fn: (values: Tensor) => TensorLike, x: SparseTensor): SparseTensor {
  return sparseInput("sparse.mapValues", x).withValues(fn(x.values));
}
