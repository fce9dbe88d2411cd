import { ops, type Tensor } from "@neurite/core";

/** Labels 0 and 1 as -1 and 1; others as they are. */
export function hingeLabels(labels: Tensor): Tensor {
  const binary = ops.all(ops.logicalOr(ops.equal(labels, 0), ops.equal(labels, 1)));
  return ops.where(binary, ops.subtract(ops.multiply(labels, 2), 1), labels);
}
