import { build, compile, DeviceError, Tensor, tensor, valueAndGrad, Variable, withDevice, withExecutionMode } from "@neurite/core";
import { describe, expect, test } from "vitest";
import { reference } from "./index.ts";

const { add, constant, dot, exp, gather, mul, reduce, sub } = build;

describe("eager code on this backend", () => {
  test("ops on tensors, read at once and awaited", async () => {
    const product = withDevice(
      reference(),
      () =>
        new Tensor(
          dot(
            tensor([
              [1, 2],
              [3, 4],
            ]).value,
            tensor([[1], [10]]).value,
          ),
        ),
    );
    expect(await product.array()).toEqual([[21], [43]]);
    expect([...product.dataSync()]).toEqual([21, 43]);
  });

  test.each(["immediate", "debug"] as const)("in %s mode", (mode) => {
    const value = withDevice(reference(), () => withExecutionMode(mode, () => new Tensor(exp(sub(tensor([1, 2]).value, 1)))));
    expect([...value.dataSync()]).toEqual([1, Math.fround(Math.E)]);
  });

  test("gradients", () => {
    withDevice(reference(), () => {
      const cube = (x: Tensor): Tensor => new Tensor(reduce("sum", mul(mul(x.value, x.value), x.value), [0]));
      const [value, gradient] = valueAndGrad(cube)(tensor([1, -2]));
      expect(value.itemSync()).toBe(-7);
      expect([...gradient.dataSync()]).toEqual([3, 12]);
    });
  });

  test("a compiled training step keeps its state in place", () => {
    const backend = reference();
    withDevice(backend, () => {
      const weight = new Variable(tensor([4, -2]));
      const step = compile((rate: Tensor) => {
        const [, gradient] = valueAndGrad((w: Tensor) => new Tensor(reduce("sum", mul(w.value, w.value), [0])))(weight.read());
        weight.assign(new Tensor(sub(weight.value, mul(gradient.value, rate.value))));
      });
      const rate = tensor(0.25);
      for (let i = 0; i < 3; i++) step(rate);
      expect([...weight.read().dataSync()]).toEqual([0.5, -0.25]);
      // The value just read is still held: the next step leaves it and goes on in a copy.
      step(rate);
      const before = backend.memory();
      for (let i = 0; i < 20; i++) step(rate);
      expect(backend.memory()).toMatchObject({
        storages: before.storages,
        allocations: before.allocations,
        bytes: before.bytes,
        runs: before.runs + 20,
      });
      expect(step.traces).toBe(1);
    });
  });

  test("an index out of range is reported where it is read, and nothing else breaks", () => {
    withDevice(reference(), () => {
      const table = tensor([
        [1, 2],
        [3, 4],
      ]);
      const row = (index: number): Tensor => new Tensor(gather(table.value, constant(index, "int32"), 0));
      expect(() => row(2).dataSync()).toThrow("[gather] index is out of range: 2 is not in 0..1");
      expect([...row(1).dataSync()]).toEqual([3, 4]);
    });
  });

  test("tensors outlive withDevice, but not the backend", () => {
    const backend = reference();
    const x = withDevice(backend, () => tensor([1, 2]));
    expect([...new Tensor(add(x.value, x.value)).dataSync()]).toEqual([2, 4]);
    backend.dispose();
    expect(() => x.dataSync()).toThrow(DeviceError);
  });
});
