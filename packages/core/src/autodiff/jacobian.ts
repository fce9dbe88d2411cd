import { batchGraph } from "../batching/batch-graph.ts";
import { traceGraph } from "../engine/trace-graph.ts";
import { ShapeError } from "../errors.ts";
import type { Value } from "../graph/value.ts";
import { repeated } from "../primitives/batching.ts";
import { eye, reshape, zerosLike } from "../primitives/build.ts";

/**
 * The rows of a Jacobian, all in one backward pass: `pull` gives the gradient of one element, chosen by a one-hot seed of the target's shape,
 * and is batched over the seeds.
 * @returns [...target.shape, ...source.shape]
 */
export function jacobianRows(target: Value, source: Value, pull: (seed: Value) => Value | null): Value {
  const size = target.shape.reduce((product, dim) => product * dim, 1);
  if (Number.isNaN(size)) throw new ShapeError("[jacobian] the target's shape must be known");
  const shape = [...target.shape, ...source.shape];
  if (size === 0) return reshape(zerosLike(source), shape);
  const { graph, captures } = traceGraph([target], ([seed]) => [pull(seed as Value) ?? zerosLike(source)], "jacobian");
  const seeds = reshape(eye(size, target.dtype), [size, ...target.shape]);
  const { values, batched } = batchGraph(graph, { values: [seeds, ...captures], batched: [true, ...captures.map(() => false)] }, size);
  const [rows] = values as [Value];
  return reshape(batched[0] ? rows : repeated(rows, size), shape);
}
