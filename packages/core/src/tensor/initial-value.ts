import type { DType } from "../dtypes/dtype.ts";
import { ShapeError, ValueError } from "../errors.ts";
import type { Shape } from "../graph/value.ts";
import { shapeInput } from "../ops/support/input.ts";
import { formatShape } from "../shapes/format.ts";
import type { TensorLike } from "./create.ts";

/** Makes the first value of a variable: an initializer of layers, or a function of your own. */
export type VariableInitializer = (shape: Shape, options: { readonly dtype: DType }) => TensorLike;

/** What a variable begins as. @throws ValueError for an initializer without a shape. */
export function initialValue(initial: TensorLike | VariableInitializer, shape: Shape | undefined, dtype: DType | undefined): TensorLike {
  if (typeof initial !== "function") return initial;
  if (shape === undefined) throw new ValueError("[Variable] an initializer needs a shape: give { shape: [2, 3] }");
  return initial(shapeInput("Variable", shape), { dtype: dtype ?? "float32" });
}

/** @throws ShapeError when a first value has another shape than the option says. */
export function requireInitialShape(found: Shape, wanted: Shape | undefined): void {
  if (wanted === undefined || (found.length === wanted.length && found.every((dim, axis) => dim === wanted[axis]))) return;
  throw new ShapeError(`[Variable] the first value has shape ${formatShape(found)}, the option says ${formatShape(wanted)}`);
}
