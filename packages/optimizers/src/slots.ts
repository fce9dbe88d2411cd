import { ops, type Tensor, Variable } from "@neurite/core";

/** State that an optimizer keeps beside a variable. */
export interface SlotOptions {
  readonly name: string;
  /** What it starts from: a number, or the variable's own value. Default 0. */
  readonly initialValue?: number | "variable";
}

/** A variable of the shape and dtype of another. Not trainable. */
export function slotFor(variable: Variable, owner: string, { name, initialValue = 0 }: SlotOptions): Variable {
  const { dtype, shape } = variable;
  const path = `${owner}/${variable.name.replaceAll("/", "_")}_${name}`;
  const initial = initialValue === "variable" ? variable.read() : (): Tensor => ops.full(shape, initialValue, { dtype });
  return new Variable(initial, { name: path, shape, dtype, trainable: false });
}
