import { reference } from "@neurite/backend-reference";
import { setDefaultDevice, tensor, type Tensor } from "@neurite/core";
import { beforeAll, expect, test } from "vitest";
import { BatchNormalization } from "./batch-normalization.ts";

beforeAll(() => setDefaultDevice(reference()));

const values = async (x: Tensor): Promise<number[]> => [...((await x.data()) as Float32Array)];

test("with renorm, a step in training gives what the moving statistics would, within the limits of the correction", async () => {
  const layer = new BatchNormalization({
    renorm: true,
    renormClipping: { rmin: 0.5, rmax: 3, dmax: 5 },
    renormMomentum: 0.5,
    momentum: 0.9,
  });
  const y = layer(tensor([[1], [3]]), { training: true }) as Tensor;
  // Mean 2, deviation √(1 + 0.001); the moving ones are 0 and 1: r = σ and d = 2, neither at its limit, so that x itself comes out.
  const results = await values(y);
  expect(results[0]).toBeCloseTo(1, 5);
  expect(results[1]).toBeCloseTo(3, 5);
  const sigma = Math.sqrt(1.001);
  const [movingStddev, mean, stddev] = layer.renormState;
  expect((await values(movingStddev.read()))[0]).toBeCloseTo(0.9 + 0.1 * sigma, 6);
  expect((await values(mean.read()))[0]).toBeCloseTo(1, 6);
  expect((await values(stddev.read()))[0]).toBeCloseTo(0.5 + 0.5 * sigma, 6);
  expect((await values(layer.movingMean.read()))[0]).toBeCloseTo(0.2, 6);
  expect((await values(layer.movingVariance.read()))[0]).toBeCloseTo((0.9 + 0.1 * sigma) ** 2 - 0.001, 6);
});

test("corrections stop at their limits", async () => {
  const layer = new BatchNormalization({ renorm: true, renormClipping: { rmax: 1, dmax: 0 } });
  // σ of the batch is 10: r would be 10 and d 20.
  const results = await values(layer(tensor([[10], [30]]), { training: true }) as Tensor);
  expect(results[0]).toBeCloseTo(-1, 4);
  expect(results[1]).toBeCloseTo(1, 4);
});

test("limits that cannot be are refused", () => {
  expect(() => new BatchNormalization({ renorm: true, renormClipping: { rmin: 2, rmax: 1 } })).toThrow("renormClipping must be");
  expect(() => new BatchNormalization({ renorm: true, renormClipping: { max: 1 } as never })).toThrow("renormClipping must be");
});
