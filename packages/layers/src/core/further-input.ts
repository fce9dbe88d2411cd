import type { CallOptions } from "./layer-options.ts";

/** Thrown where a call looks at its second argument as at a tensor, and there is none. */
export class FurtherInputWanted extends Error {
  override name = "FurtherInputWanted";
}

/**
 * What stands in the place of the second argument of a call of which one input is known: as options it has none set; whoever takes it for another
 * input learns by {@link FurtherInputWanted} that there is none.
 */
export const optionsOrInput: CallOptions = new Proxy<CallOptions>(
  {},
  {
    get: (_, key) => {
      if (key === "training" || key === "mask") return undefined;
      throw new FurtherInputWanted(`the call wants another input: it reads ${String(key)} of its second argument`);
    },
    getPrototypeOf: () => Object.prototype,
  },
);

/** @throws FurtherInputWanted for what stands in the place of an input that is not known. */
export function refuseAsInput(x: unknown): void {
  if (x === optionsOrInput) throw new FurtherInputWanted("the call gives its second argument to a layer");
}
