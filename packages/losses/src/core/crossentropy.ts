import { ops, type Tensor } from "@neurite/core";
import { epsilon } from "./inputs.ts";

/** `-labels · log(p) - (1 - labels) · log(1 - p)`, elementwise; with logits in the form that cannot overflow. */
export function binaryCrossentropyOf(labels: Tensor, predictions: Tensor, fromLogits: boolean): Tensor {
  if (fromLogits) {
    // max(z, 0) - z · labels + log(1 + exp(-|z|))
    const tail = ops.log1p(ops.exp(ops.negative(ops.abs(predictions))));
    return ops.add(ops.subtract(ops.maximum(predictions, 0), ops.multiply(predictions, labels)), tail);
  }
  const p = ops.clip(predictions, epsilon, 1 - epsilon);
  const yes = ops.multiply(labels, ops.log(p));
  const no = ops.multiply(ops.subtract(1, labels), ops.log(ops.subtract(1, p)));
  return ops.negative(ops.add(yes, no));
}

/** `-Σ labels · log(p)` along the classes. */
export function categoricalCrossentropyOf(labels: Tensor, predictions: Tensor, fromLogits: boolean, axis: number): Tensor {
  if (fromLogits) return ops.negative(ops.sum(ops.multiply(labels, ops.logSoftmax(predictions, { axis })), { axis }));
  const p = ops.clip(ops.divide(predictions, ops.sum(predictions, { axis, keepdims: true })), epsilon, 1 - epsilon);
  return ops.negative(ops.sum(ops.multiply(labels, ops.log(p)), { axis }));
}
