import { compile, getDefaultDevice, ops, random, type Tensor } from "neurite";
import { clock, type Emit } from "../measure.ts";

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

/** W0: float32 matrix products, against the rate of fused multiply-adds measured in the same run. */
export async function gemm(emit: Emit, peak: () => number | null): Promise<void> {
  const device = getDefaultDevice();
  for (const [m, k, n] of shapes) {
    const a = random.normal([m, k]).realize();
    const b = random.normal([k, n]).realize();
    const product = compile((x: Tensor, y: Tensor) => ops.matmul(x, y), { name: "matmul" }).prepare(a, b);
    const flops = 2 * m * k * n;
    const inner = Math.max(1, Math.floor(2e9 / flops));
    const before = peak();
    const times = await clock(
      async () => {
        for (let i = 0; i < inner; i++) product.run();
        await device.sync();
      },
      m < 4096 ? 7 : 3,
      2,
    );
    const after = peak();
    const fmaPeak = before === null || after === null ? null : Math.max(before, after);
    const rates = times.map((seconds) => (flops * inner) / seconds / 1e9);
    emit("W0", `gemm ${m}x${k}x${n}`, rates, "GFLOP/s", {
      us_per_call: Number((((Math.min(...times) / inner) * 1e6) as number).toPrecision(4)),
      ...(fmaPeak === null
        ? {}
        : { fma_peak: Number(fmaPeak.toPrecision(4)), of_peak: Number((Math.max(...rates) / fmaPeak).toPrecision(3)) }),
    });
  }
}
