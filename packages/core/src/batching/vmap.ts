import { requireFunction } from "../engine/user-function.ts";
import { ShapeError, ValueError } from "../errors.ts";
import { optionsOf } from "../options.ts";
import type { Value } from "../graph/value.ts";
import { traceBody, treeOf } from "../ops/control/bodies.ts";
import { keysOfLanes } from "../ops/control/draws.ts";
import { axisOf } from "../ops/support/axes.ts";
import { moveAxis, repeated } from "../primitives/batching.ts";
import { sameDim } from "../shapes/dims.ts";
import { formatAval } from "../shapes/format.ts";
import { type AnyTensor, isTensorBase } from "../tensor/base.ts";
import { Tensor } from "../tensor/tensor.ts";
import { mapTree } from "../tree.ts";
import { batchGraph } from "./batch-graph.ts";
import { type AxesTree, axesOfLeaves } from "./axes-tree.ts";

/** Options of {@link vmap}. */
export interface VmapOptions {
  /**
   * The axis of each argument that holds the examples: a number for all, or a list with one entry an argument, which may again be a list or
   * an object where the argument is one. null: the argument is the same for all examples. Default 0.
   */
  readonly inAxes?: AxesTree;
  /** Where each result has the axis of the examples: a number for all, or a tree as the result's. null: the result is the same for all. Default 0. */
  readonly outAxes?: AxesTree;
  /** Number of examples, where no argument tells. */
  readonly axisSize?: number;
}

/** What may be passed to a mapped function for the argument `A`: tensors with one more axis, or as they are where `inAxes` has null. */
type Mapped<A> = A extends AnyTensor ? AnyTensor : A;

interface Argument {
  readonly value: Value;
  readonly path: string;
}

/** Arguments with the examples along axis 0, in the order of the leaves. */
function mappedLeaves(
  args: readonly unknown[],
  inAxes: AxesTree,
): { leaves: Argument[]; rebuild: (values: readonly Value[]) => unknown[] } {
  if (Array.isArray(inAxes) && inAxes.length !== args.length) {
    throw new ValueError(`[vmap] inAxes must have one entry for each of ${args.length} arguments: received ${inAxes.length}`);
  }
  const axes = axesOfLeaves("vmap", "inAxes", Array.isArray(inAxes) ? inAxes : args.map(() => inAxes), args);
  const leaves: Argument[] = [];
  let at = 0;
  const places = new Map<number, number>();
  mapTree(args, (leaf, path) => {
    const index = at++;
    const axis = axes[index] as number | null;
    const name = `argument ${path.replace(/^\[(\d+)\]/, "$1")}`;
    if (axis === null) return;
    if (typeof leaf === "number") {
      throw new ValueError(`[vmap] ${name} is the number ${leaf}, which has no axis to map: pass null for it in inAxes`);
    }
    if (!isTensorBase(leaf)) return;
    const { value } = leaf;
    if (value.shape.length === 0) {
      throw new ShapeError(
        `[vmap] ${name} is a scalar, which has no axis to map: received ${formatAval(value)}; pass null for it in inAxes`,
      );
    }
    places.set(index, leaves.length);
    leaves.push({ value: moveAxis(value, axisOf("vmap", axis, value, `the axis of ${name}`), 0), path: name });
  });
  const rebuild = (values: readonly Value[]): unknown[] => {
    let next = 0;
    return mapTree(args, (leaf) => {
      const place = places.get(next++);
      return place === undefined ? leaf : new Tensor(values[place] as Value);
    }) as unknown[];
  };
  return { leaves, rebuild };
}

function examples(leaves: readonly Argument[], given: number | undefined): number {
  const [first] = leaves;
  const size = first?.value.shape[0] ?? given;
  if (size === undefined) throw new ValueError("[vmap] no argument is mapped: give { axisSize }, or an axis for one of them in inAxes");
  for (const { value, path } of leaves) {
    if (!sameDim(value.shape[0] as number, size)) {
      throw new ShapeError(
        `[vmap] mapped axes must have one size: received ${size} for ${first?.path ?? "axisSize"} and ${value.shape[0]} for ${path}`,
      );
    }
  }
  if (given !== undefined && !sameDim(given, size)) {
    throw new ShapeError(`[vmap] axisSize is ${given}, but ${first?.path} has ${size} examples`);
  }
  return size;
}

/**
 * The function that applies `fn` to many examples at once: `fn` is written for one example, and each of its operations is replaced by one
 * over all of them. Composes with `grad`, `jvp`, `compile` and itself, and sees through control flow: a `cond` whose predicate differs
 * between examples computes both branches and selects, a `whileLoop` runs until the last example is done. Random draws differ between
 * examples and are those that a loop over the examples would make.
 *
 * @param fn Takes tensors (or trees of them) and returns a tree of tensors. It may use other tensors and read variables, but not assign them.
 * @param options `inAxes`, `outAxes` and `axisSize`; see {@link VmapOptions}.
 * @returns A function of arguments with one more axis, [examples, ...], whose results have one more axis.
 * @throws ShapeError where sizes of mapped axes differ or an axis is out of range; ValueError where nothing is mapped, or for a result that
 *   differs between examples although `outAxes` is null; TraceError for an async function and for assigned variables; what `fn` throws.
 * @example
 * const distance = (a: Tensor, b: Tensor) => a.sub(b).square().sum();
 * const toOne = vmap(distance, { inAxes: [0, null] }); // [n, d], [d] → [n]
 * const pairwise = vmap(vmap(distance, { inAxes: [null, 0] }), { inAxes: [0, null] }); // [n, d], [m, d] → [n, m]
 * const perExample = vmap(grad(loss), { inAxes: [null, 0, 0] }); // one gradient for each example
 */
export function vmap<A extends readonly unknown[], R>(
  fn: (...args: A) => R,
  options: VmapOptions = {},
): (...args: { [K in keyof A]: Mapped<A[K]> }) => R {
  requireFunction("vmap", fn);
  const { inAxes = 0, outAxes = 0, axisSize } = optionsOf("vmap", options, "{ inAxes: 1 }");
  return (...args) => {
    const { leaves, rebuild } = mappedLeaves(args as readonly unknown[], inAxes);
    const size = examples(leaves, axisSize);
    const avals = leaves.map(({ value }) => ({ dtype: value.dtype, shape: value.shape.slice(1) }));
    const body = traceBody("vmap", avals, (values) => fn(...(rebuild(values) as unknown as A)));
    const keys = keysOfLanes(body.draws, size);
    const results = batchGraph(
      body.graph,
      {
        values: [...leaves.map(({ value }) => value), ...body.captures.map((capture) => keys.get(capture) ?? capture)],
        batched: [...leaves.map(() => true), ...body.captures.map((capture) => keys.has(capture))],
      },
      size,
    );
    const axes = axesOfLeaves("vmap", "outAxes", outAxes, body.result);
    const placed = results.values.map((value, i) => {
      const axis = axes[i] as number | null;
      if (axis === null) {
        if (!results.batched[i]) return value;
        throw new ValueError(`[vmap] result ${i} differs between examples, but outAxes has null for it: give it an axis`);
      }
      const stacked = results.batched[i] ? value : repeated(value, size);
      return moveAxis(stacked, 0, axisOf("vmap", axis, stacked, `the axis of result ${i}`));
    });
    return treeOf(body.result, placed) as R;
  };
}
