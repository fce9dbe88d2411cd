/** The discrete Fourier transform. */
import { div, fft, mul } from "./build.ts";
import { requireAxis, requireCount, requireDType } from "./checks.ts";
import type { PrimitiveTable } from "./primitive.ts";

export const fftPrimitives: Pick<PrimitiveTable, "fft"> = {
  fft: {
    infer: (inputs, { axis }) => {
      requireCount("fft", inputs, 1);
      requireDType("fft", "complex", inputs[0]);
      requireAxis("fft", axis, inputs[0]);
      return [inputs[0]];
    },
    // The transform is linear: its adjoint is the other direction, rescaled.
    vjp: ({ inputs: [x], cotangents: [ct], params: { axis, inverse } }) => {
      if (ct === null) return [null];
      const back = fft(ct, axis, !inverse);
      return [inverse ? div(back, x.shape[axis]) : mul(back, x.shape[axis])];
    },
    batch: ({ inputs: [x], params: { axis, inverse } }) => [fft(x, axis + 1, inverse)],
  },
};
