import type { Body, ConvKernel, DotKernel } from "../../plan/plan.ts";
import { type IndexMap, rowMajorMap } from "../../views/index-map.ts";
import type { ConvUnit, DotUnit, LoopUnit } from "../units.ts";
import { BodyBuilder, type LoweringContext } from "./body.ts";
import { emitLoop } from "./loop.ts";

/**
 * A dot or a convolution, and the loop units that follow it at the same element. `axes` is the order in which the latter walk
 * the product's axes (those of size 1 left out); null for the product's own.
 */
export function productKernel(
  unit: DotUnit | ConvUnit,
  epilogue: readonly LoopUnit[],
  axes: readonly number[] | null,
  context: LoweringContext,
): DotKernel | ConvKernel {
  return { ...unit.operands, epilogue: epilogueBody(unit, epilogue, axes, context) };
}

function epilogueBody(unit: DotUnit | ConvUnit, epilogue: readonly LoopUnit[], axes: readonly number[] | null, context: LoweringContext): Body {
  const { space, root } = unit;
  const body = new BodyBuilder(context, space);
  const map = rowMajorMap(root.shape, space);
  const result = body.instruction({ op: "result", dtype: root.dtype, index: 0 });
  body.define(root, map, result);
  for (const target of unit.targets) body.store(result, target, map);
  for (const loop of epilogue) emitLoop(loop, body, axes === null ? rowMajorMap(loop.root.shape, space) : reordered(loop, space, axes));
  return body.body();
}

/** The map of a unit that walks the axes of `space` in another order. */
function reordered(loop: LoopUnit, space: readonly number[], axes: readonly number[]): IndexMap {
  const real = space.map((_, axis) => axis).filter((axis) => space[axis] !== 1);
  const columns = axes.map((axis) => real[axis] as number);
  const walked = columns.map((column) => space[column] as number);
  const map = rowMajorMap(loop.root.shape, walked);
  return {
    rank: space.length,
    axes: map.axes.map(({ base, factors }) => {
      const moved = new Array<number>(space.length).fill(0);
      factors.forEach((factor, i) => (moved[columns[i] as number] = factor));
      return { base, factors: moved };
    }),
  };
}
