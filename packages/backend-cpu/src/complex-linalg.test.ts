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

test("eigenvectors of Hermitian matrices are orthonormal and make them again, where values are equal too", async () => {
  setDefaultDevice(cpu({ threads: 1 }));
  const adjoint = (x: Tensor): Tensor => ops.conj(ops.transpose(x));
  const distances = compile((a: Tensor) => {
    const [w, v] = ops.eigh(a);
    const farthest = (x: Tensor, y: Tensor): Tensor => ops.max(ops.abs(ops.subtract(x, y)));
    const again = ops.matmul(ops.multiply(v, w), adjoint(v));
    return [farthest(again, a), farthest(ops.matmul(adjoint(v), v), ops.eye(a.shape[0] as number)), ops.max(ops.negative(ops.diff(w)))];
  });
  const [q] = ops.qr(matrix(8));
  const withValues = (values: readonly number[]): Tensor => ops.matmul(ops.multiply(q, [...values]), adjoint(q));
  const general = ops.divide(ops.add(matrix(8), adjoint(matrix(8))), 2);
  for (const a of [general, withValues([1, 1, 1, 1, 1, 1, 1, 1]), withValues([2, 2, 2, -1, -1, 0, 0, 5]), ops.multiply(general, 0)]) {
    const [product, unitary, falling] = distances(a) as [Tensor, Tensor, Tensor];
    expect(await product.item()).toBeLessThan(5e-6);
    expect(await unitary.item()).toBeLessThan(5e-6);
    expect(await falling.item()).toBeLessThan(1e-6);
  }
});

test("singular vectors are orthonormal and make the matrix again, where values are equal or 0 too", async () => {
  setDefaultDevice(cpu({ threads: 1 }));
  const adjoint = (x: Tensor): Tensor => ops.conj(ops.transpose(x));
  const farthest = (x: Tensor, y: Tensor): Tensor => ops.max(ops.abs(ops.subtract(x, y)));
  const distances = compile((a: Tensor) => {
    const [u, s, vh] = ops.svd(a);
    const count = s.shape[0] as number;
    const [left, right] = [ops.take(u, ops.arange(count), { axis: 1 }), ops.take(vh, ops.arange(count), { axis: 0 })];
    const unitary = [u, vh].map((x) => farthest(ops.matmul(adjoint(x), x), ops.eye(x.shape[0] as number)));
    return [farthest(ops.matmul(ops.multiply(left, s), right), a), ...unitary, ops.max(ops.diff(s))];
  });
  const [q] = ops.qr(matrix(6));
  const dependent = ops.matmul(ops.multiply(q, [3, 3, 1, 1, 0, 0]), ops.qr(ops.add(matrix(6), 1))[0]);
  const tall = ops.take(matrix(6), [0, 2, 3, 5], { axis: 1 });
  for (const a of [matrix(6), q, dependent, ops.multiply(q, 0), tall, ops.transpose(tall), ops.take(dependent, [0, 1, 2], { axis: 0 })]) {
    const [product, ...others] = distances(a) as [Tensor, ...Tensor[]];
    expect(await product.item()).toBeLessThan(1e-5);
    for (const other of others) expect(await other.item()).toBeLessThan(1e-5);
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
