import { ops, setDefaultDevice, type Tensor } from "@neurite/core";
import { reference } from "@neurite/backend-reference";
import { expect, test } from "vitest";

setDefaultDevice(reference());

/** Rows that count the columns: a displaced picture shows its horizontal displacements. */
const ramp = (size: number): Tensor => ops.broadcastTo(ops.reshape(ops.arange(size, { dtype: "float32" }), [1, size, 1]), [size, size, 1]);

test("elasticTransform displaces by smoothed normal numbers, alpha · sigma of them, as Keras does", async () => {
  const [size, sigma, alpha, border] = [220, 2, 1.5, 12];
  const moved = ops.image.elasticTransform(ramp(size), { alpha, sigma, seed: 3 });
  const by = ops.slice(ops.subtract(moved, ramp(size)), [border, border, 0], [size - 2 * border, size - 2 * border, 1]);
  // A sum of independent numbers: its variance is the sum of the squared weights.
  const line = Array.from({ length: 6 * sigma + 1 }, (_, i) => Math.exp(-0.5 * ((i - 3 * sigma) / sigma) ** 2));
  const total = line.reduce((sum, x) => sum + x, 0);
  const weight = line.reduce((sum, x) => sum + (x / total) ** 2, 0);
  const expected = alpha * sigma * weight;
  expect((await ops.std(by).item()) / expected).toBeCloseTo(1, 1);
  expect(Math.abs((await ops.mean(by).item()) / expected)).toBeLessThan(0.1);
  // What is near is moved alike.
  const [a, b] = [ops.slice(by, [0, 0, 0], [195, 195, 1]), ops.slice(by, [0, 1, 0], [195, 195, 1])];
  expect(await ops.mean(a.mul(b)).item()).toBeGreaterThan(0.8 * expected ** 2);
});

test("elasticTransform moves nothing with alpha 0, and keeps shape and dtype", async () => {
  const x = ops.cast(ops.floor(ops.multiply(ramp(8), 3)), "uint8") as Tensor;
  const same = ops.image.elasticTransform(ops.stack([x, x]), { alpha: 0, sigma: 1, seed: 1 });
  expect([same.shape, same.dtype]).toEqual([[2, 8, 8, 1], "uint8"]);
  expect(await same.array()).toEqual(await ops.stack([x, x]).array());
});
