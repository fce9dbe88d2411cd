import { reference } from "@neurite/backend-reference";
import { createRegistry, GradientTape, ops, setDefaultDevice, setSeed, type Tensor, tensor } from "@neurite/core";
import { beforeAll, expect, it } from "vitest";
import { EinsumDense, layersPlugin, QuantizedDTypePolicy } from "../index.ts";

beforeAll(() => {
  setDefaultDevice(reference());
  setSeed(4);
});

const flat = (x: unknown): number[] => (Array.isArray(x) ? x.flatMap(flat) : [Number(x)]);

it.each([
  ["abc,cd->abd", [2, 3, 4], [null, 5], [4, 5], [1, 1, 5]],
  ["abc,cde->abde", [2, 3, 4], [null, 2, 3], [4, 2, 3], [1, 1, 2, 3]],
  ["...x,xy->...y", [2, 3, 3, 4], [5], [4, 5], [1, 1, 1, 5]],
] as const)(
  "%s in 8 bits is near the product with integers / scale, as near as rounding allows",
  async (equation, shape, outputShape, kernel, scales) => {
    const layer = new EinsumDense(equation, outputShape, { dtype: new QuantizedDTypePolicy("int8") });
    const size = shape.reduce<number>((a, b) => a * b, 1);
    const x = ops.sin(ops.reshape(ops.arange(size, { dtype: "float32" }), [...shape])) as Tensor;
    layer(x);
    const count = kernel.reduce<number>((a, b) => a * b, 1);
    const integers = Int8Array.from({ length: count }, (_, i) => ((i * 37) % 255) - 127);
    const scale = Array.from({ length: scales.reduce<number>((a, b) => a * b, 1) }, (_, i) => 20 + i);
    layer.quantizedKernel!.values.assign(tensor(integers, { shape: [...kernel] }));
    layer.quantizedKernel!.scale.assign(ops.reshape(tensor(scale), [...scales]));
    expect(layer.quantizedKernel!.scale.shape).toEqual(scales);
    const exact = ops.divide(
      ops.einsum(equation, x, tensor(Float32Array.from(integers), { shape: [...kernel] })),
      layer.quantizedKernel!.scale,
    );
    const wanted = flat(await exact.array());
    const got = flat(await (layer(x) as Tensor).array());
    // Each of four products errs by half a step of 1/127 times an integer of at most 127, over a scale of at least 20.
    got.forEach((value, i) => expect(Math.abs(value - wanted[i]!)).toBeLessThan((4 * 0.5 * (1 / 127) * 127) / 20));
    expect(got.some((value, i) => value !== wanted[i])).toBe(true);
  },
);

it("kernels of 4 bits are packed by rows of what is summed, with a scale for each column", async () => {
  const layer = new EinsumDense("abc,cde->abde", [null, 1, 3], { dtype: "int4_from_float32" });
  const x = tensor([[[1, 0], [0, 1]]]); // prettier-ignore
  layer(x);
  const kernel = layer.quantizedKernel!;
  expect([kernel.values.shape, kernel.scale.shape]).toEqual([[2, 2], [3]]); // prettier-ignore
  // 7 and -2 in a byte, the lower half first; 3 and nothing.
  kernel.values.assign(tensor([[7 - 32, 3], [1, 0]], { dtype: "int8" })); // prettier-ignore
  kernel.scale.assign([1, 2, 4]);
  expect(await (layer(x) as Tensor).array()).toEqual([[[[7, -1, 0.75]], [[1, 0, 0]]]]);
});

it("gradients are those of the product without rounding", async () => {
  const layer = new EinsumDense("ab,bc->ac", 2, { dtype: "int8_from_float32" });
  const x = tensor([[0.3, -1.7]]); // prettier-ignore
  layer(x);
  layer.quantizedKernel!.values.assign(tensor([[1, 2], [3, 4]], { dtype: "int8" })); // prettier-ignore
  layer.quantizedKernel!.scale.assign([[2, 4]]);
  const tape = new GradientTape();
  tape.watch(x);
  const sum = tape.run(() => ops.sum(layer(x, { training: true })));
  // Rows of the kernel [[0.5, 0.5], [1.5, 1]] summed.
  expect(await (tape.gradient(sum, x) as Tensor).array()).toEqual([[1, 2.5]]);
});

it("what GPTQ needs is kept in the config, where there is something", () => {
  const config = new EinsumDense("ab,bc->ac", 2, { gptqUnpackedColumnSize: 5 }).getConfig();
  expect(config["gptq_unpacked_column_size"]).toBe(5);
  expect(EinsumDense.fromConfig<EinsumDense>(config, createRegistry([layersPlugin])).getConfig()).toEqual(config);
  expect(Object.keys(new EinsumDense("ab,bc->ac", 2).getConfig())).not.toContain("gptq_unpacked_column_size");
});
