import { compile, getDefaultDevice, ops, random, type Tensor } from "neurite";
import { repeated, type Row, type Work } from "../work.ts";

/** [m, k, n]: squares, and the products of the W1 network. */
const shapes: readonly (readonly [number, number, number])[] = [
  [256, 256, 256],
  [512, 512, 512],
  [1024, 1024, 1024],
  [2048, 2048, 2048],
  [4096, 4096, 4096],
  [32, 784, 300],
  [32, 300, 100],
  [128, 784, 300],
  [784, 32, 300],
];

function product(m: number, k: number, n: number): Row {
  const flops = 2 * m * k * n;
  // As many at a time as make two milliseconds of the fastest machines: waiting for the device is no part of a product.
  const inner = Math.max(1, Math.floor(5e8 / flops));
  return {
    unit: "us",
    flops,
    prepare: async () => {
      const a = random.normal([m, k]).realize();
      const b = random.normal([k, n]).realize();
      const multiply = compile((x: Tensor, y: Tensor) => ops.matmul(x, y), { name: "matmul" }).prepare(a, b);
      const turn = await repeated("us", async () => {
        // The rivals' languages free a result when its last name is gone; here that is said.
        for (let i = 0; i < inner; i++) multiply.run().dispose();
        await getDefaultDevice().sync();
      });
      return async () => (await turn()) / inner;
    },
  };
}

export const gemm: Work = {
  title: "float32 matrix products",
  rows: Object.fromEntries(shapes.map(([m, k, n]) => [`gemm ${m}x${k}x${n}`, product(m, k, n)])),
};
