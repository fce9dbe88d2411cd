import { ops, type Tensor } from "@neurite/core";

/** The hard sigmoid of Keras 2, 0.2 x + 0.5 between 0 and 1; that of Keras 3 is x / 6 + 0.5. */
export function keras2HardSigmoid(x: Tensor): Tensor {
  return ops.clip(ops.add(ops.multiply(x, 0.2), 0.5), 0, 1);
}
