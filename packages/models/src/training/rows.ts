import { type AnyTensor, build, isTensor, mapTree, Tensor, type Value } from "@neurite/core";

/** The arrays an epoch walks over, with samples along their first axes. */
export interface EpochData {
  /** A tree of tensors: what the model is called with. */
  readonly x: unknown;
  /** A tree of tensors and nulls, like the outputs. */
  readonly y: unknown;
  /** Nothing, the weights of the samples, or one array of them for each output. */
  readonly sampleWeight: readonly AnyTensor[];
  /** Row numbers in the order they are visited; nothing: as they are. */
  readonly order: readonly AnyTensor[];
}

/** The rows of one batch. */
export interface BatchRows {
  readonly x: unknown;
  readonly y: unknown;
  readonly sampleWeight: readonly Tensor[];
}

/** `size` rows of the data, from place `start` of the order on. */
export function takeRows(data: EpochData, start: Value, size: number): BatchRows {
  let rows = build.add(start, build.iota([size], 0));
  const [order] = data.order;
  if (order !== undefined) rows = build.gather(order.value, rows, 0);
  const pick = (leaf: unknown): unknown => (isTensor(leaf) ? new Tensor(build.gather(leaf.value, rows, 0)) : leaf);
  return { x: mapTree(data.x, pick), y: mapTree(data.y, pick), sampleWeight: data.sampleWeight.map((weight) => pick(weight) as Tensor) };
}
