import { ops, type Tensor, type Variable } from "@neurite/core";

/**
 * Runs `update`, and keeps what it assigned to `variables` only where `condition` (a bool scalar) holds. Both outcomes are computed, since a
 * branch of a graph cannot assign; values that are not kept may be NaN.
 */
export function assignWhere(condition: Tensor, variables: readonly Variable[], update: () => void): void {
  const before = variables.map((variable) => variable.read());
  update();
  variables.forEach((variable, i) => variable.assign(ops.where(condition, variable.read(), before[i] as Tensor)));
}
