import type { Body, ConvKernel, DotKernel, Instruction, View } from "../../plan/plan.ts";
import { type IndexMap, rowMajorMap } from "../../views/index-map.ts";
import { joinStrides, sameNumbers } from "../../views/strides.ts";
import type { Form } from "../clusters.ts";
import type { ConvUnit, DotUnit, LoopUnit } from "../units.ts";
import { BodyBuilder, type LoweringContext } from "./body.ts";
import { emitLoop } from "./loop.ts";

type ProductForm = Extract<Form, { kind: "product" }>;

/** A dot or a convolution, and the loop units that follow it at the same element. */
export function productKernel(
  unit: DotUnit | ConvUnit,
  epilogue: readonly LoopUnit[],
  form: ProductForm,
  context: LoweringContext,
): DotKernel | ConvKernel {
  const body = form.axes === null ? evenBody(unit, epilogue, form, context) : reorderedBody(unit, epilogue, form.axes, context);
  return { ...unit.operands, epilogue: body };
}

/** The product's value, as an instruction; its stores. */
function emitResult(unit: DotUnit | ConvUnit, body: BodyBuilder, map: IndexMap): void {
  const result = body.instruction({ op: "result", dtype: unit.root.dtype, index: 0 });
  body.define(unit.root, map, result);
  for (const target of unit.targets) body.store(result, target, map);
}

/** Units that walk the product's axes as they are: emitted over a space that may split them, and joined again. */
function evenBody(unit: DotUnit | ConvUnit, epilogue: readonly LoopUnit[], { finer }: ProductForm, context: LoweringContext): Body {
  const body = new BodyBuilder(context, finer);
  emitResult(unit, body, body.rowMajor(unit.root.shape));
  for (const loop of epilogue) emitLoop(loop, body, body.rowMajor(loop.root.shape));
  if (sameNumbers(finer, unit.space)) return body.body();
  const join = (strides: readonly number[]): number[] => {
    const joined = joinStrides(strides, finer, unit.space);
    if (joined === null) throw new Error("[compiler] an epilogue does not walk the axes of its product evenly");
    return joined;
  };
  const joinView = (view: View): View => ({ ...view, strides: join(view.strides) });
  return {
    operands: body.operands.map(joinView),
    instructions: body.instructions.map((instruction): Instruction =>
      instruction.op === "index" ? { ...instruction, strides: join(instruction.strides) } : instruction,
    ),
    stores: body.stores.map(({ value, view }) => ({ value, view: joinView(view) })),
  };
}

/** Units that walk the product's axes in another order. */
function reorderedBody(unit: DotUnit | ConvUnit, epilogue: readonly LoopUnit[], axes: readonly number[], context: LoweringContext): Body {
  const { space, root } = unit;
  const body = new BodyBuilder(context, space);
  emitResult(unit, body, body.rowMajor(root.shape));
  const real = space.map((_, axis) => axis).filter((axis) => space[axis] !== 1);
  const columns = axes.map((axis) => real[axis] as number);
  const walked = columns.map((column) => space[column] as number);
  for (const loop of epilogue) {
    const map = rowMajorMap(loop.root.shape, walked);
    const moved = map.axes.map(({ base, factors }) => {
      const placed = new Array<number>(space.length).fill(0);
      factors.forEach((factor, i) => (placed[columns[i] as number] = factor));
      return { base, factors: placed };
    });
    emitLoop(loop, body, { rank: space.length, axes: moved });
  }
  return body.body();
}
