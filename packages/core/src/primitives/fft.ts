/** The discrete Fourier transform. */
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
    vjp: "undefined",
  },
};
