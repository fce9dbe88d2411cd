import { compile, DeviceError, ops, profile, type Tensor, tensor, withDevice, withScope } from "@neurite/core";
import { expect, test } from "vitest";
import { openFake } from "./testing/fake-cuda.ts";

test("each launch is measured, with its layer, op and what it costs; graphs come back when the profile ends", async () => {
  const device = openFake({ cublasLt: false });
  const step = compile((x: Tensor) => withScope("dense", () => ops.tanh(ops.matmul(x, x))).sum());
  const x = withDevice(device, () => tensor(Float32Array.from({ length: 64 }, Math.sin), { shape: [8, 8] }));
  const expected = withDevice(device, () => step(x).itemSync());
  const { profile: report, result } = await profile(() => withDevice(device, () => [1, 2, 3].map(() => step(x).itemSync())), { device, maxEvents: 4 }); // prettier-ignore
  expect(result).toEqual([expected, expected, expected]);
  const dot = report.kernels.find(({ kind }) => kind === "dot");
  // 8 · 8 sums of 8 products, three times.
  expect(dot).toMatchObject({ scope: "dense", op: "dot", calls: 3, flops: 3 * 2 * 8 ** 3 });
  expect(report.kernels.every(({ nanoseconds }) => nanoseconds > 0)).toBe(true);
  expect(report.kernels.reduce((sum, { calls }) => sum + calls, 0)).toBe(6);
  // The last four calls of six, in order.
  expect(report.events).toHaveLength(4);
  expect(report.droppedEvents).toBe(2);
  const starts = report.events.map(({ start }) => start);
  expect(starts).toEqual([...starts].sort((a, b) => a - b));
  expect(report.events.every(({ start, duration }) => start >= 0 && start + duration <= report.total.wallNanoseconds)).toBe(true);
  expect(withDevice(device, () => step(x).itemSync())).toBe(expected);
  device.dispose();
});

test("rounds of a loop are calls of its kernels", async () => {
  const device = openFake();
  const run = (): number =>
    withDevice(device, () => {
      const [, s] = ops.whileLoop(
        (i) => ops.less(i, 5),
        (i, sums) => [ops.add(i, 1), ops.cumsum(sums)],
        [tensor(0, { dtype: "int32" }), tensor([1, 1])],
      );
      return (s.dataSync() as Float32Array)[1] as number;
    });
  const { profile: report, result } = await profile(run, { device });
  expect(result).toBe(6);
  const calls = report.kernels.filter(({ kind }) => kind === "cumulative").map((kernel) => kernel.calls);
  expect(calls).toEqual([5]);
  device.dispose();
});

test("profiles neither nest nor end twice", () => {
  const device = openFake();
  expect(() => device.stopProfile()).toThrow(DeviceError);
  device.startProfile(10);
  expect(() => device.startProfile(10)).toThrow("this backend is being profiled already");
  expect(device.stopProfile()).toEqual({ kernels: [], events: [], droppedEvents: 0, tracks: ["stream"] });
  device.dispose();
});
