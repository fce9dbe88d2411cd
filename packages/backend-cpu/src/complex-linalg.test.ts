import { compile, grad, ops, setDefaultDevice, type Tensor } from "@neurite/core";
import { expect, test } from "vitest";
import { cpu } from "./index.ts";

const matrix = (n: number): Tensor => {
  const angles = ops.reshape(ops.arange(n * n, { dtype: "float32" }), [n, n]);
  return ops.viewAsComplex(ops.stack([ops.sin(ops.square(angles)), ops.cos(ops.multiply(angles, 1.7))], { axis: -1 }));
};

test("factors of complex matrices make them again, where columns depend on each other too", async () => {
  setDefaultDevice(cpu({ threads: 1 }));
  const distances = compile((a: Tensor) => {
    const [q, r] = ops.qr(a, { mode: "complete" });
    const [unitary, identity] = [ops.matmul(ops.conj(ops.transpose(q)), q), ops.eye(a.shape[0] as number)];
    const farthest = (x: Tensor, y: Tensor): Tensor => ops.max(ops.abs(ops.subtract(x, y)));
    const squared = ops.square(ops.det(a));
    const relative = ops.divide(farthest(ops.det(ops.matmul(a, a)), squared), ops.add(ops.abs(squared), 1));
    return [farthest(ops.matmul(q, r), a), farthest(unitary, identity), relative];
  });
  const dependent = ops.matmul(matrix(6), ops.cast(ops.outer([1, 2, 3, 4, 5, 6], [1, 0, 2, 0, 1, 1]), "complex64"));
  for (const a of [matrix(6), ops.divide(dependent, 50), ops.multiply(matrix(5), 0)]) {
    for (const distance of distances(a)) expect(await distance.item()).toBeLessThan(1e-5);
  }
});

test("the gradient of |det| is that of the cofactors", async () => {
  setDefaultDevice(cpu({ threads: 1 }));
  const a = matrix(4);
  const slope = compile((x: Tensor) => grad((y: Tensor) => ops.abs(ops.det(y)))(x))(a);
  // d|det| = Re(conj(det)/|det| · tr(adj(a) da)), so the sum of a · conj(slope) is n · |det|.
  const product = ops.sum(ops.real(ops.multiply(a, ops.conj(slope))));
  const size = await ops.abs(ops.det(a)).item();
  expect(await product.item()).toBeCloseTo(4 * size, 3);
});
