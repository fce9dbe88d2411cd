/** Functions of ragged tensors, named as in tf.ragged. */
import { describe } from "../describe.ts";
import { DTypeError, ShapeError, ValueError } from "../errors.ts";
import { type DType, isInexact } from "../dtypes/dtype.ts";
import { concatenate } from "../ops/shape/index.ts";
import { divideNoNan } from "../ops/elementwise/index.ts";
import { segmentMax, segmentMin, segmentProd, segmentSum } from "../ops/indexing/index.ts";
import type { SegmentOp } from "../ops/indexing/index.ts";
import { optionsOf } from "../options.ts";
import { input } from "../ops/support/input.ts";
import { isTensorBase } from "../tensor/base.ts";
import { tensor, type TensorLike } from "../tensor/create.ts";
import { Tensor } from "../tensor/tensor.ts";
import { RaggedTensor, raggedInput } from "./ragged-tensor.ts";

/** Numbers (or booleans, or bigints) in lists of any lengths, nested equally deep. */
export type NestedRows = readonly (number | boolean | bigint | NestedRows)[];

/**
 * A ragged tensor [rows, (lengths), …] of nested lists: all axes but the first may differ in size.
 *
 * The dtype is, unless given, what {@link tensor} makes of the elements: float32, bool or int64.
 *
 * @throws ValueError where numbers lie in different depths, and as {@link tensor}; ShapeError for a plain vector.
 *
 * @example
 * ragged.constant([[1, 2], [], [3]]).rowLengths() // [2, 0, 1]
 */
export function constant(rows: NestedRows, options: { readonly dtype?: DType } = {}): RaggedTensor {
  const depthOf = (x: unknown): number => (Array.isArray(x) ? x.reduce<number>((most, part) => Math.max(most, 1 + depthOf(part)), 1) : 0);
  const depth = depthOf(rows);
  if (depth < 2)
    throw new ShapeError(`[ragged.constant] rows must be lists of lists: received ${describe(rows)}; use tensor(…) for a vector`);
  const lengths: number[][] = [];
  let level: readonly unknown[] = rows;
  for (let i = 1; i < depth; i++) {
    if (!level.every((item) => Array.isArray(item))) throw new ValueError("[ragged.constant] numbers must be nested equally deep");
    const lists = level as readonly (readonly unknown[])[];
    lengths.push(lists.map((list) => list.length));
    level = lists.flat(1);
  }
  if (level.some((item) => Array.isArray(item))) throw new ValueError("[ragged.constant] numbers must be nested equally deep");
  const { dtype } = optionsOf("ragged.constant", options, '{ dtype: "int32" }');
  let values: Tensor | RaggedTensor = new Tensor(input("ragged.constant", level as number[], "rows", dtype));
  for (const own of lengths.reverse()) values = RaggedTensor.fromRowLengths(values, own);
  return values as RaggedTensor;
}

/**
 * `fn` of the elements [elements, ...inner] of ragged tensors (and of other arguments as they are), in the rows of the first one.
 *
 * @throws ShapeError where the rows of ragged arguments differ.
 *
 * @example
 * const r = RaggedTensor.fromRowLengths([3, 1, 4], [2, 1]);
 * ragged.mapFlatValues((a, b) => a.mul(b), r, r); // [[9, 1], [16]]
 */
export function mapFlatValues(fn: (...values: Tensor[]) => TensorLike, ...args: readonly (RaggedTensor | TensorLike)[]): RaggedTensor {
  const first = args.find((arg) => arg instanceof RaggedTensor);
  const shown = raggedInput("ragged.mapFlatValues", first, "one argument");
  for (const arg of args) if (arg instanceof RaggedTensor) requireSameRows("ragged.mapFlatValues", shown, arg);
  return shown.withFlatValues(fn(...args.map((arg) => (arg instanceof RaggedTensor ? arg.flatValues : (arg as Tensor)))));
}

function requireSameRows(op: string, a: RaggedTensor, b: RaggedTensor): void {
  if (a.rowSplits.join() !== b.rowSplits.join()) throw new ShapeError(`[${op}] rows must have the same lengths: received ${a} and ${b}`);
  if (a.values instanceof RaggedTensor && b.values instanceof RaggedTensor) requireSameRows(op, a.values, b.values);
}

/**
 * Ragged tensors below each other (axis 0: [a, (lengths)] and [b, (lengths)] give [a + b, (lengths)]), or row by row (axis 1).
 *
 * @throws ShapeError where their numbers of rows differ (axis 1), or how deep they are nested; ValueError for an empty list, another axis or
 * what is not ragged.
 *
 * @example
 * const r = RaggedTensor.fromRowLengths([3, 1, 4], [2, 1]);
 * ragged.concat([r, r], 1); // [[3, 1, 3, 1], [4, 4]]
 */
export function concat(xs: readonly RaggedTensor[], axis: 0 | 1 = 0): RaggedTensor {
  const op = "ragged.concat";
  if (axis !== 0 && axis !== 1) throw new ValueError(`[${op}] axis must be 0 or 1: received ${describe(axis)}`);
  if (!Array.isArray(xs) || xs.length === 0) throw new ValueError(`[${op}] xs must be an array of ragged tensors, at least one`);
  const list = (xs as readonly RaggedTensor[]).map((x, i) => raggedInput(op, x, `xs[${i}]`));
  const [first] = list as [RaggedTensor];
  if (list.some(({ raggedRank }) => raggedRank !== first.raggedRank)) {
    throw new ShapeError(`[${op}] rows are not nested equally deep: received ${list.join(" and ")}`);
  }
  const lengths = list.map((x) => x.rowLengths());
  const nested = list.map(({ values }) => values);
  const values = nested.every((x) => x instanceof RaggedTensor) ? concat(nested) : concatenate(nested as readonly Tensor[], { axis: 0 });
  const below = RaggedTensor.fromRowLengths(values, lengths.flat());
  if (axis === 0) return below;
  if (list.some(({ nrows }) => nrows !== first.nrows)) {
    throw new ShapeError(`[${op}] numbers of rows differ: received ${list.map(({ nrows }) => nrows).join(" and ")}`);
  }
  // Row i of each, one after the other.
  const order = Array.from({ length: first.nrows }, (_, row) => list.map((_x, i) => i * first.nrows + row)).flat();
  const joined = lengths[0]?.map((_, row) => lengths.reduce((total, own) => total + (own[row] as number), 0)) ?? [];
  return RaggedTensor.fromRowLengths(below.gather(order).values, joined);
}

/**
 * The elements of `x` for which `mask`, with rows of the same lengths, is true: [rows, (lengths)] gives [rows, (fewer)]. The mask's
 * structure must be known: plain booleans in lists.
 *
 * @throws ShapeError when rows differ in number or length; ValueError for a tensor as a mask, or an `x` that is not ragged.
 *
 * @example
 * const r = RaggedTensor.fromRowLengths([3, 1, 4], [2, 1]);
 * ragged.booleanMask(r, [[true, false], [true]]); // [[3], [4]]
 */
export function booleanMask(x: RaggedTensor, mask: readonly (readonly boolean[])[]): RaggedTensor {
  const op = "ragged.booleanMask";
  const lengths = raggedInput(op, x).rowLengths();
  if (isTensorBase(mask))
    throw new ValueError(`[${op}] mask must be lists of booleans: how many elements are left must be known; await mask.array() first`);
  if (mask.length !== x.nrows || mask.some((row, i) => row.length !== lengths[i])) {
    throw new ShapeError(
      `[${op}] mask must have rows of lengths [${lengths.join(",")}]: received [${mask.map((row) => row.length).join(",")}]`,
    );
  }
  const places = mask.flat().flatMap((keep, i) => (keep ? [i] : []));
  const kept = RaggedTensor.fromRowLengths(x.values, new Array<number>(x.rowSplits.at(-1) as number).fill(1)).gather(places);
  return RaggedTensor.fromRowLengths(
    kept.values,
    mask.map((row) => row.filter(Boolean).length),
  );
}

function byRow(op: string, segment: SegmentOp, x: RaggedTensor): Tensor {
  const { values, nrows } = raggedInput(op, x);
  if (values instanceof RaggedTensor)
    throw new ShapeError(`[${op}] reduces rows of elements: ${x} has rows of rows; reduce x.values first`);
  if (values.dtype === "bool") throw new DTypeError(`[${op}] does not take bool: cast the values`);
  return segment(values, tensor(new Int32Array(x.valueRowids())), { numSegments: nrows });
}

/**
 * The sum of each row: [rows, ...inner]; 0 for empty ones.
 *
 * @throws ValueError for what is not ragged; ShapeError for rows of rows; DTypeError for bool.
 *
 * @example
 * ragged.reduceSum(RaggedTensor.fromRowLengths([3, 1, 4], [2, 1])); // [4, 4]
 */
export const reduceSum = (x: RaggedTensor): Tensor => byRow("ragged.reduceSum", segmentSum, x);

/**
 * The product of each row: [rows, ...inner]; 1 for empty ones.
 *
 * @throws ValueError for what is not ragged; ShapeError for rows of rows; DTypeError for bool.
 *
 * @example
 * ragged.reduceProd(RaggedTensor.fromRowLengths([3, 2, 4], [2, 1])); // [6, 4]
 */
export const reduceProd = (x: RaggedTensor): Tensor => byRow("ragged.reduceProd", segmentProd, x);

/**
 * The largest of each row: [rows, ...inner]; the lowest finite number for empty ones.
 *
 * @throws ValueError for what is not ragged; ShapeError for rows of rows; DTypeError for bool.
 *
 * @example
 * ragged.reduceMax(RaggedTensor.fromRowLengths([3, 1, 4], [2, 1])); // [3, 4]
 */
export const reduceMax = (x: RaggedTensor): Tensor => byRow("ragged.reduceMax", segmentMax, x);

/**
 * The smallest of each row: [rows, ...inner]; the largest finite number for empty ones.
 *
 * @throws ValueError for what is not ragged; ShapeError for rows of rows; DTypeError for bool.
 *
 * @example
 * ragged.reduceMin(RaggedTensor.fromRowLengths([3, 1, 4], [2, 1])); // [1, 4]
 */
export const reduceMin = (x: RaggedTensor): Tensor => byRow("ragged.reduceMin", segmentMin, x);

/**
 * The mean of each row: [rows, ...inner]; 0 for empty ones. Of integers it is float32.
 *
 * @throws ValueError for what is not ragged; ShapeError for rows of rows; DTypeError for bool.
 *
 * @example
 * ragged.reduceMean(RaggedTensor.fromRowLengths([3, 1, 4], [2, 1])); // [2, 4]
 */
export function reduceMean(x: RaggedTensor): Tensor {
  const sums = reduceSum(x);
  const shape = [x.nrows, ...sums.shape.slice(1).map(() => 1)];
  return divideNoNan(sums, tensor(x.rowLengths(), { shape, dtype: isInexact(sums.dtype) ? sums.dtype : "float32" }));
}
