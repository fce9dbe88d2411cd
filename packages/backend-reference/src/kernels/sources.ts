/** Kernels without operands. */
import { lanes } from "../array.ts";
import { writeBigInt } from "../numbers/int64.ts";
import type { KernelTable } from "./kernel.ts";
import { linesAlong } from "./reduce.ts";

export const sourceKernels: KernelTable<"constant" | "iota"> = {
  constant: (context, _inputs, { value }, [aval]) => {
    const out = context.arena.zeros(aval);
    if (aval.dtype === "int64") writeBigInt(out.data, 0, BigInt(value));
    else out.data[0] = Number(value);
    return [out];
  },
  iota: (context, _inputs, { axis }, [aval]) => {
    const out = context.arena.zeros(aval);
    const { outer, length, inner } = linesAlong(aval.shape, axis);
    // Two lanes: the low word of an int64, the real part of a complex64.
    const width = lanes(aval.dtype);
    for (let i = 0, a = 0; a < outer; a++) {
      for (let k = 0; k < length; k++) for (let b = 0; b < inner; b++, i += width) out.data[i] = k;
    }
    return [out];
  },
};
