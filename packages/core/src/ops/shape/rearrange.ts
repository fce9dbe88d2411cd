/** Axes split, merged and reordered by a pattern, as einops does. */
import { ShapeError, ValueError } from "../../errors.ts";
import * as build from "../../primitives/build.ts";
import { formatAval } from "../../shapes/format.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { describe, input, integerInput } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";

/** One side of a pattern: for each axis the names in it; "..." is a name by itself. */
function parseSide(pattern: string, side: string): string[][] {
  const groups: string[][] = [];
  let group: string[] | null = null;
  for (const token of side.match(/\.\.\.|[A-Za-z_]\w*|1|\(|\)|\S/g) ?? []) {
    if (token === "(" && group === null) group = [];
    else if (token === ")" && group !== null) {
      groups.push(group);
      group = null;
    } else if (/^(\.\.\.|[A-Za-z_]\w*|1)$/.test(token)) {
      const names = token === "1" ? [] : [token];
      if (group === null) groups.push(names);
      else group.push(...names);
    } else throw new ValueError(`[rearrange] ${JSON.stringify(token)} has no place in pattern ${JSON.stringify(pattern)}`);
  }
  if (group !== null) throw new ValueError(`[rearrange] a parenthesis is open in pattern ${JSON.stringify(pattern)}`);
  return groups;
}

/**
 * `tensor` with axes split, merged and reordered as a pattern in einops's notation says: "b (h w) c -> b c h w" with { h: 4 } makes [2,
 * 8, 3] to [2, 3, 4, 2]. (Rogozhnikov 2022)
 *
 * @param options The sizes of names that the shape does not tell.
 *
 * @throws ValueError for a pattern that does not parse; ShapeError when it does not fit the tensor.
 *
 * @example
 * ops.rearrange(ops.ones([2, 3, 4]), "b h w -> b (h w)").shape; // [2, 12]
 */
export const rearrange: Op<[tensor: TensorLike, pattern: string, axesLengths?: Readonly<Record<string, number>>]> = op(
  "rearrange",
  ["tensor", "pattern"],
  (tensor: TensorLike, pattern: string, axesLengths: Readonly<Record<string, number>> = {}) => {
    const value = input("rearrange", tensor, "tensor");
    if (typeof pattern !== "string" || pattern.split("->").length !== 2) {
      throw new ValueError(`[rearrange] pattern must be a string "axes -> axes": received ${describe(pattern)}`);
    }
    const [left, right] = pattern.split("->").map((side) => parseSide(pattern, side)) as [string[][], string[][]];
    const hidden = value.shape.length - left.filter((group) => !group.includes("...")).length;
    const expand = (groups: readonly string[][]): string[][] =>
      groups.flatMap((group) =>
        group.length === 1 && group[0] === "..."
          ? Array.from({ length: Math.max(hidden, 0) }, (_, i) => [`...${i}`])
          : [group.flatMap((name) => (name === "..." ? Array.from({ length: Math.max(hidden, 0) }, (_, i) => `...${i}`) : [name]))],
      );
    const [from, to] = [expand(left), expand(right)];
    if (from.length !== value.shape.length)
      throw new ShapeError(`[rearrange] pattern ${JSON.stringify(pattern)} names ${from.length} axes: received ${formatAval(value)}`);
    const sizes = new Map<string, number>(
      Object.entries(axesLengths).map(([name, size]) => [name, integerInput("rearrange", size, name, 0)]),
    );
    from.forEach((group, axis) => {
      const dim = value.shape[axis] as number;
      const open = group.filter((name) => !sizes.has(name));
      const known = group.reduce((product, name) => product * (sizes.get(name) ?? 1), 1);
      const fits = open.length === 0 ? known === dim || Number.isNaN(dim) : open.length === 1 && (Number.isNaN(dim) || dim % known === 0);
      if (!fits)
        throw new ShapeError(
          `[rearrange] axis ${axis} of ${formatAval(value)} does not split into (${group.join(" ")}) in ${JSON.stringify(pattern)}; give the sizes of all names but one`,
        );
      if (open.length === 1) sizes.set(open[0] as string, dim / known);
    });
    const [source, target] = [from.flat(), to.flat()];
    if (new Set(source).size !== source.length || [...source].sort().join() !== [...target].sort().join()) {
      throw new ValueError(`[rearrange] both sides of ${JSON.stringify(pattern)} must name the same axes, each once`);
    }
    const sizeOf = (name: string): number => sizes.get(name) as number;
    const split = build.reshape(value, source.map(sizeOf));
    const moved = build.transpose(
      split,
      target.map((name) => source.indexOf(name)),
    );
    return new Tensor(
      build.reshape(
        moved,
        to.map((group) => group.reduce((product, name) => product * sizeOf(name), 1)),
      ),
    );
  },
);
