import { ops, Variable } from "@neurite/core";

/** State that an optimizer keeps beside a variable. */
export interface SlotOptions {
  readonly name: string;
  /** What it starts from. Default 0. */
  readonly initialValue?: number;
}

/** A variable of the shape and dtype of another. Not trainable. */
export function slotFor(variable: Variable, owner: string, { name, initialValue = 0 }: SlotOptions): Variable {
  const { dtype, shape } = variable;
  const path = `${owner}/${variable.name.replaceAll("/", "_")}_${name}`;
  return new Variable(ops.full(shape, initialValue, { dtype }), { name: path, dtype, trainable: false });
}
