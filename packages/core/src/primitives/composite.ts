/** A named piece of graph, which a backend may have a better kernel for. */
import { batchedComposite } from "./composite-batching.ts";
import { backwardThrough } from "./control-gradients.ts";
import { requireOperands } from "./control.ts";
import { DTypeError, GradientError, ShapeError } from "../errors.ts";
import type { Value } from "../graph/value.ts";
import { broadcastShapes } from "../shapes/broadcast.ts";
import { compatibleShapes } from "../shapes/dims.ts";
import { formatAval } from "../shapes/format.ts";
import { inline } from "./build.ts";
import type { PrimitiveTable } from "./primitive.ts";

/** Throws unless an author's rule gave one gradient (or null) an operand, of its dtype and of a shape that sums to the operand's. */
function checkGradients(name: string, inputs: readonly Value[], gradients: readonly (Value | null)[]): void {
  if (gradients.length !== inputs.length) {
    throw new GradientError(
      `[${name}] its gradient rule must give ${inputs.length} gradients, null where there is none: received ${gradients.length}`,
    );
  }
  gradients.forEach((gradient, i) => {
    if (gradient === null) return;
    const found = `gradient ${i} is ${formatAval(gradient)}, its operand ${formatAval(inputs[i])}`;
    if (gradient.dtype !== inputs[i].dtype) throw new DTypeError(`[${name}] a gradient must have its operand's dtype: ${found}`);
    if (!compatibleShapes(broadcastShapes(name, gradient.shape, inputs[i].shape), gradient.shape)) {
      throw new ShapeError(`[${name}] a gradient must have its operand's shape: ${found}`);
    }
  });
}

export const compositePrimitives: Pick<PrimitiveTable, "composite"> = {
  composite: {
    infer: (inputs, { name, body }) => {
      requireOperands(name, "the composite's body", body, inputs);
      return body.outputs.map(({ dtype, shape }) => ({ dtype, shape }));
    },
    vjp: ({ inputs, outputs, cotangents, params: { name, body, vjp } }) => {
      if (vjp === null) return backwardThrough((operands) => inline(body, operands), inputs, cotangents);
      const gradients = vjp({ inputs, outputs, cotangents });
      checkGradients(name, inputs, gradients);
      return gradients;
    },
    batch: batchedComposite,
  },
};
