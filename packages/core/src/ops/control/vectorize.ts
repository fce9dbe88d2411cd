/** Functions of scalars or small arrays applied to whole tensors. */
import { optionsOf } from "../../options.ts";
import { ValueError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import { vmap } from "../../batching/vmap.ts";
import * as build from "../../primitives/build.ts";
import { broadcastShapes } from "../../shapes/broadcast.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { mapTree } from "../../tree.ts";
import { describe, input } from "../support/input.ts";
import { isTensorBase } from "../../tensor/base.ts";

/** Options of {@link vectorize}. */
export interface VectorizeOptions {
  /** Positions of arguments that are passed as they are. */
  readonly excluded?: readonly number[] | null;
  /** Axes of each argument and result that belong to one call, as NumPy's: "(n),(n)->()". Default: scalars. */
  readonly signature?: string | null;
}

/** Number of axes each argument keeps for the function. */
function coreRanks(signature: string | null | undefined, count: number): number[] {
  if (signature === null || signature === undefined) return new Array<number>(count).fill(0);
  const [left, right] = signature.split("->");
  const groups = left?.match(/\([^()]*\)/g) ?? [];
  if (right === undefined || groups.length !== count) {
    throw new ValueError(
      `[vectorize] signature must name the axes of ${count} arguments, as "(n),(n)->()": received ${JSON.stringify(signature)}`,
    );
  }
  return groups.map(
    (group) =>
      group
        .slice(1, -1)
        .split(",")
        .filter((name) => name.trim() !== "").length,
  );
}

/**
 * A function that applies `pyfunc` at each place of its broadcast arguments: by default to scalars, with a signature to the last axes it names.
 *
 * @throws ValueError when `pyfunc` is no function, or, when the result is called, where the signature does not fit the arguments;
 * ShapeError when their other axes do not broadcast.
 *
 * @example
 * const inner = ops.vectorize((a, b) => a.mul(b).sum(), { signature: "(n),(n)->()" });
 * inner(tensor([[1, 2], [3, 4]]), tensor([1, 10])); // [21, 43]
 */
export function vectorize(pyfunc: (...args: Tensor[]) => unknown, options: VectorizeOptions = {}): (...args: TensorLike[]) => unknown {
  if (typeof pyfunc !== "function") throw new ValueError(`[vectorize] pyfunc must be a function: received ${describe(pyfunc)}`);
  const { excluded, signature } = optionsOf("vectorize", options);
  return (...args) => {
    const mapped = args.map((_, i) => i).filter((i) => excluded?.includes(i) !== true);
    const ranks = coreRanks(signature, mapped.length);
    const values = mapped.map((i) => input("vectorize", args[i] as TensorLike, `argument ${i}`));
    const split = values.map((value, i) => value.shape.length - (ranks[i] as number));
    if (split.some((at) => at < 0))
      throw new ValueError(`[vectorize] an argument has fewer axes than the signature ${JSON.stringify(signature)} names`);
    const loop = broadcastShapes("vectorize", ...values.map((value, i) => value.shape.slice(0, split[i])));
    const size = loop.reduce((product, dim) => product * dim, 1);
    const flat = values.map((value, i): Value => {
      const core = value.shape.slice(split[i]);
      return build.reshape(build.broadcast(value, [...loop, ...core]), [size, ...core]);
    });
    const call = (...slices: readonly Tensor[]): unknown => {
      const given: unknown[] = [...args];
      mapped.forEach((position, i) => (given[position] = slices[i]));
      return pyfunc(...(given as Tensor[]));
    };
    const results = vmap(call, { axisSize: size })(...flat.map((value) => new Tensor(value)));
    return mapTree(results, (leaf) => {
      if (!isTensorBase(leaf)) return leaf;
      return new Tensor(build.reshape(leaf.value, [...loop, ...leaf.shape.slice(1)]));
    });
  };
}
