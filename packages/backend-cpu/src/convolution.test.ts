import { grad, ops, type Tensor, tensor, withDevice } from "@neurite/core";
import { describe, expect, test } from "vitest";
import { cpu, type InstructionSet } from "./index.ts";
import { loadNative } from "./native.ts";

interface Case {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly features: number;
  readonly padding: "same" | "valid";
}

/** Sizes from which 3x3 windows are computed from transformed patches: even and odd outputs, channels that fill no vector. */
const cases: readonly Case[] = [
  { batch: 3, height: 12, width: 12, channels: 64, features: 64, padding: "same" },
  { batch: 2, height: 13, width: 11, channels: 37, features: 45, padding: "same" },
  { batch: 4, height: 9, width: 14, channels: 33, features: 96, padding: "valid" },
  { batch: 8, height: 7, width: 7, channels: 130, features: 40, padding: "same" },
];

function numbers(size: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** Calls `visit` for each output and tap that meets a pixel: offsets of the output's, the pixel's and the filter's first channel. */
function eachTap(c: Case, visit: (out: number, pixel: number, filter: number) => void): void {
  const low = c.padding === "same" ? 1 : 0;
  const [rows, columns] = [c.height - 2 + 2 * low, c.width - 2 + 2 * low];
  for (let n = 0; n < c.batch; n++)
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < columns; x++)
        for (let tap = 0; tap < 9; tap++) {
          const [i, j] = [y - low + Math.floor(tap / 3), x - low + (tap % 3)];
          if (i < 0 || i >= c.height || j < 0 || j >= c.width) continue;
          visit(
            ((n * rows + y) * columns + x) * c.features,
            ((n * c.height + i) * c.width + j) * c.channels,
            tap * c.channels * c.features,
          );
        }
}

/** The convolution and both gradients, in float64, by their definitions. */
function naive(c: Case, x: Float32Array, w: Float32Array, dy: Float32Array): { y: Float64Array; dx: Float64Array; dw: Float64Array } {
  const y = new Float64Array(dy.length);
  const dx = new Float64Array(x.length);
  const dw = new Float64Array(w.length);
  eachTap(c, (out, pixel, filter) => {
    for (let k = 0; k < c.channels; k++)
      for (let f = 0; f < c.features; f++) {
        const at = filter + k * c.features + f;
        y[out + f] += x[pixel + k] * w[at];
        dx[pixel + k] += dy[out + f] * w[at];
        dw[at] += dy[out + f] * x[pixel + k];
      }
  });
  return { y, dx, dw };
}

/** Largest difference over the root mean square of what is expected. */
function error(got: ArrayLike<number>, expected: Float64Array): number {
  const scale = Math.sqrt(expected.reduce((sum, v) => sum + v * v, 0) / expected.length);
  return expected.reduce((most, v, i) => Math.max(most, Math.abs(got[i] - v)), 0) / scale;
}

const instructionSets = loadNative().native.instructionSets() as InstructionSet[];

describe.each(instructionSets)("convolutions of many channels, %s", (instructionSet) => {
  test.each(cases)("$batch x $height x $width x $channels to $features, $padding", async (c) => {
    const shrink = c.padding === "same" ? 0 : 2;
    const outShape = [c.batch, c.height - shrink, c.width - shrink, c.features];
    const x = numbers(c.batch * c.height * c.width * c.channels, 1);
    const w = numbers(9 * c.channels * c.features, 2);
    const dy = numbers(
      outShape.reduce((product, dim) => product * dim, 1),
      3,
    );
    const expected = naive(c, x, w, dy);
    for (const threads of [1, 3]) {
      const device = cpu({ instructionSet, threads });
      const [y, dx, dw] = withDevice(device, () => {
        const conv = (inputs: Tensor, filter: Tensor): Tensor => ops.conv(inputs, filter, { padding: c.padding });
        const loss = (inputs: Tensor, filter: Tensor): Tensor =>
          ops.sum(ops.multiply(conv(inputs, filter), tensor(dy, { shape: outShape })));
        const inputs = tensor(x, { shape: [c.batch, c.height, c.width, c.channels] });
        const filter = tensor(w, { shape: [3, 3, c.channels, c.features] });
        return [conv(inputs, filter), ...grad(loss, { argnums: [0, 1] })(inputs, filter)].map((result) => result.data());
      });
      expect(error(await y, expected.y)).toBeLessThan(2e-5);
      expect(error(await dx, expected.dx)).toBeLessThan(2e-5);
      expect(error(await dw, expected.dw)).toBeLessThan(2e-5);
      device.dispose();
    }
  });
});
