/** A named piece of graph, which a backend may have a better kernel for. */
import { requireOperands } from "./control.ts";
import type { PrimitiveTable } from "./primitive.ts";

export const compositePrimitives: Pick<PrimitiveTable, "composite"> = {
  composite: {
    infer: (inputs, { name, body }) => {
      requireOperands(name, "the composite's body", body, inputs);
      return body.outputs.map(({ dtype, shape }) => ({ dtype, shape }));
    },
    vjp: "undefined",
  },
};
