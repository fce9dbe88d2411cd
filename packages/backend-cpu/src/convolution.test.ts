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
  /** Each of `features / groups` features of `channels / groups` channels. */
  readonly groups: number;
  readonly strides: number;
}

/** Sizes from which 3x3 windows are computed from transformed patches: even and odd outputs, channels that fill no vector. */
const cases: readonly Case[] = [
  { batch: 3, height: 12, width: 12, channels: 64, features: 64, padding: "same", groups: 1, strides: 1 },
  { batch: 2, height: 13, width: 11, channels: 37, features: 45, padding: "same", groups: 1, strides: 1 },
  { batch: 4, height: 9, width: 14, channels: 33, features: 96, padding: "valid", groups: 1, strides: 1 },
  { batch: 8, height: 7, width: 7, channels: 130, features: 40, padding: "same", groups: 1, strides: 1 },
];

/** Features of several groups share a vector: groups that fill one and that do not, more channels than features, and fewer. */
const groupedCases: readonly Case[] = [
  { batch: 2, height: 9, width: 11, channels: 32, features: 32, padding: "same", groups: 8, strides: 1 },
  { batch: 3, height: 8, width: 9, channels: 24, features: 24, padding: "valid", groups: 8, strides: 1 },
  { batch: 2, height: 9, width: 10, channels: 20, features: 10, padding: "same", groups: 5, strides: 2 },
  { batch: 1, height: 12, width: 7, channels: 36, features: 54, padding: "same", groups: 9, strides: 1 },
  { batch: 2, height: 11, width: 9, channels: 128, features: 128, padding: "same", groups: 16, strides: 2 },
  { batch: 2, height: 30, width: 20, channels: 64, features: 32, padding: "same", groups: 32, strides: 1 },
];

function numbers(size: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

const outputs = (c: Case, size: number): number => Math.ceil((c.padding === "same" ? size : size - 2) / c.strides);
const before = (c: Case, size: number): number =>
  c.padding === "same" ? Math.floor(Math.max(0, (outputs(c, size) - 1) * c.strides + 3 - size) / 2) : 0;

/** Calls `visit` for each output and tap that meets a pixel: offsets of the output's, the pixel's and the filter's first channel. */
function eachTap(c: Case, visit: (out: number, pixel: number, filter: number) => void): void {
  const [rows, columns] = [outputs(c, c.height), outputs(c, c.width)];
  for (let n = 0; n < c.batch; n++)
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < columns; x++)
        for (let tap = 0; tap < 9; tap++) {
          const i = y * c.strides - before(c, c.height) + Math.floor(tap / 3);
          const j = x * c.strides - before(c, c.width) + (tap % 3);
          if (i < 0 || i >= c.height || j < 0 || j >= c.width) continue;
          visit(
            ((n * rows + y) * columns + x) * c.features,
            ((n * c.height + i) * c.width + j) * c.channels,
            tap * (c.channels / c.groups) * c.features,
          );
        }
}

/** The convolution and both gradients, in float64, by their definitions. */
function naive(c: Case, x: Float32Array, w: Float32Array, dy: Float32Array): { y: Float64Array; dx: Float64Array; dw: Float64Array } {
  const y = new Float64Array(dy.length);
  const dx = new Float64Array(x.length);
  const dw = new Float64Array(w.length);
  const [channels, features] = [c.channels / c.groups, c.features / c.groups];
  eachTap(c, (out, pixel, filter) => {
    for (let k = 0; k < channels; k++)
      for (let f = 0; f < c.features; f++) {
        const at = filter + k * c.features + f;
        const from = pixel + Math.floor(f / features) * channels + k;
        y[out + f] += x[from] * w[at];
        dx[from] += dy[out + f] * w[at];
        dw[at] += dy[out + f] * x[from];
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

describe.each(instructionSets)("convolutions, %s", (instructionSet) => {
  const all = [...cases, ...groupedCases];
  test.each(all)("$batch x $height x $width x $channels to $features, $groups groups, $strides apart, $padding", async (c) => {
    const outShape = [c.batch, outputs(c, c.height), outputs(c, c.width), c.features];
    const x = numbers(c.batch * c.height * c.width * c.channels, 1);
    const w = numbers(9 * (c.channels / c.groups) * c.features, 2);
    const dy = numbers(
      outShape.reduce((product, dim) => product * dim, 1),
      3,
    );
    const bias = numbers(c.features, 4);
    const expected = naive(c, x, w, dy);
    const relu = expected.y.map((value, i) => Math.max(0, value + bias[i % c.features]));
    for (const threads of [1, 3]) {
      const device = cpu({ instructionSet, threads });
      const [y, dx, dw, activated] = withDevice(device, () => {
        const conv = (inputs: Tensor, filter: Tensor): Tensor => ops.conv(inputs, filter, { padding: c.padding, strides: c.strides });
        const loss = (inputs: Tensor, filter: Tensor): Tensor =>
          ops.sum(ops.multiply(conv(inputs, filter), tensor(dy, { shape: outShape })));
        const inputs = tensor(x, { shape: [c.batch, c.height, c.width, c.channels] });
        const filter = tensor(w, { shape: [3, 3, c.channels / c.groups, c.features] });
        const results = [conv(inputs, filter), ...grad(loss, { argnums: [0, 1] })(inputs, filter)].map((result) => result.data());
        return [...results, ops.relu(ops.add(conv(inputs, filter), tensor(bias))).data()];
      });
      expect(error(await y, expected.y)).toBeLessThan(2e-5);
      expect(error(await dx, expected.dx)).toBeLessThan(2e-5);
      expect(error(await dw, expected.dw)).toBeLessThan(2e-5);
      expect(error(await activated, relu)).toBeLessThan(2e-5);
      device.dispose();
    }
  });
});
