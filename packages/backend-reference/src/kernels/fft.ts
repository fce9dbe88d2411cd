/** The discrete Fourier transform along an axis. */
import { makeFft } from "../linalg/fft.ts";
import type { KernelTable } from "./kernel.ts";
import { linesAlong } from "./reduce.ts";

export const fftKernels: KernelTable<"fft"> = {
  fft: (context, [x], { axis, inverse }, [aval]) => {
    const out = context.arena.allocate(aval);
    const { outer, length, inner } = linesAlong(x.shape, axis);
    if (out.data.length === 0) return [out];
    const transform = makeFft(length);
    const line = new Float64Array(2 * length);
    for (let a = 0; a < outer; a++) {
      for (let b = 0; b < inner; b++) {
        const start = a * length * inner + b;
        for (let k = 0; k < 2 * length; k++) line[k] = x.data[2 * (start + (k >> 1) * inner) + (k & 1)];
        transform.apply(line, inverse);
        for (let k = 0; k < 2 * length; k++) out.data[2 * (start + (k >> 1) * inner) + (k & 1)] = line[k];
      }
    }
    return [out];
  },
};
