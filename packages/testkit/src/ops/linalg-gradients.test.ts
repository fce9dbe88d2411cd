/** Gradients of composed linear algebra, where the rules of its factors would fail too. */
import { compile, grad, ops, setDefaultDevice, Tensor, tensor, vmap } from "@neurite/core";
import { reference } from "@neurite/backend-reference";
import { describe, expect, test } from "vitest";
import { uniform } from "../gradients/case.ts";
import { checkGradients } from "../gradients/check.ts";

setDefaultDevice(reference());

const exact = reference({ precision: "float64" });

type Fn = (...xs: Tensor[]) => Tensor;

describe("pinv and lstsq", () => {
  const w = [[1, 2, 3], [4, 5, 7], [7, 8, 9.5]]; // prettier-ignore

  test("have the gradients of the inverse where singular values are equal", async () => {
    // At the identity d(a⁻¹) = -da.
    const slope = grad((a: Tensor) => ops.pinv(a).mul(w).sum())(ops.eye(3));
    expect(await slope.array()).toEqual(await ops.negative(w).array());
    const system = grad((a: Tensor) => ops.lstsq(a, w).mul(w).sum())(ops.eye(3));
    expect(await system.array()).toEqual(await ops.negative(ops.matmul(w, ops.transpose(w))).array());
  });

  test("have gradients where the rank is not full, along matrices of that rank", async () => {
    // jax.grad of jnp.linalg.pinv
    const slope = await grad((a: Tensor) => ops.pinv(a).mul([[1, 2], [3, 5]]).sum())(tensor([[1, 2], [2, 4]])).array(); // prettier-ignore
    const expected = [-0.0528, -0.0816, -0.1216, -0.1952];
    (slope as number[][]).flat().forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
  });

  test.each<readonly [string, Fn, readonly (readonly number[])[]]>([
    ["pinv", (a) => ops.pinv(a), [[3, 2]]],
    ["pinv of the largest singular value", (a) => ops.pinv(a, { rcond: 0.9 }), [[3, 3]]],
    ["pinv of the largest singular value of a wide matrix", (a) => ops.pinv(a, { rcond: 0.9 }), [[2, 3]]],
    ["lstsq by the largest singular value", (a, b) => ops.lstsq(a, b, { rcond: 0.9 }), [[4, 3], [4, 2]]], // prettier-ignore
    ["lstsq", (a, b) => ops.lstsq(a, b), [[3, 2], [3, 2]]], // prettier-ignore
    ["lstsq of a wide matrix", (a, b) => ops.lstsq(a, b), [[2, 3], [2, 1]]], // prettier-ignore
  ])("%s: second derivatives", async (_, fn, shapes) => {
    const inputs = shapes.map((shape, i) => uniform(shape, i + 3));
    const check = checkGradients(exact, {
      name: "",
      primitive: "composite",
      inputs,
      fn: (xs) => [fn(...xs.map((x) => new Tensor(x))).value],
    });
    await expect(check).resolves.toBeUndefined();
  });
});

test("norm has second derivatives where elements are 0", async () => {
  // (1 - x·xᵀ / |x|²) / |x|
  const slopes = grad((x: Tensor) =>
    grad((y: Tensor) => ops.norm(y))(x)
      .mul([2, 3, 5])
      .sum(),
  );
  expect(await slopes(tensor([0, 0, -4])).array()).toEqual([0.5, 0.75, 0]);
});

describe("det", () => {
  const cofactorsOf = (a: Tensor): Tensor => grad((x: Tensor) => ops.det(x).sum())(a);

  test("has the cofactors as gradient, of singular matrices too", async () => {
    const cases: readonly (readonly [number[][], number[][]])[] = [
      [[[1, 2], [2, 4]], [[4, -2], [-2, 1]]],
      [[[0, 1], [0, 2]], [[2, 0], [-1, 0]]],
      [[[0, 0], [0, 0]], [[0, 0], [0, 0]]],
      [[[3, 1], [4, 2]], [[2, -4], [-1, 3]]],
      [[[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[-3, 6, -3], [6, -12, 6], [-3, 6, -3]]],
      [[[5]], [[1]]],
      [[[0]], [[1]]],
    ]; // prettier-ignore
    for (const [matrix, cofactors] of cases) {
      const found = (await cofactorsOf(tensor(matrix)).array()) as number[][];
      found.flat().forEach((value, i) => expect(value).toBeCloseTo(cofactors.flat()[i]!, 4));
    }
    const batch = tensor([cases[0]![0], cases[3]![0]]);
    for (const found of [cofactorsOf(batch), compile(cofactorsOf)(batch), vmap(cofactorsOf)(batch)]) {
      const values = ((await found.array()) as number[][][]).flat(2);
      [4, -2, -2, 1, 2, -4, -1, 3].forEach((value, i) => expect(values[i]).toBeCloseTo(value, 4));
    }
  });

  test("has first and second derivatives", async () => {
    for (const shape of [
      [3, 3],
      [2, 2, 2],
    ]) {
      const inputs = [uniform(shape, 5)];
      const fn = ([x]: readonly unknown[]): never => [ops.det(new Tensor(x as never)).value] as never;
      await expect(checkGradients(exact, { name: "det", primitive: "composite", inputs, fn })).resolves.toBeUndefined();
    }
  });
});
