/** `profile` of core over this backend: what it measures, what it refuses, and that it always ends. */
import {
  type Backend,
  compile,
  DeviceError,
  ops,
  profile,
  setDefaultDevice,
  type Tensor,
  tensor,
  TraceError,
  ValueError,
  Variable,
  withScope,
} from "@neurite/core";
import { beforeEach, expect, test } from "vitest";
import { reference } from "./index.ts";

let device: Backend;
beforeEach(() => setDefaultDevice((device = reference())));

const callsOf = (report: { kernels: readonly { op: string; calls: number }[] }, op: string): number =>
  report.kernels.filter((kernel) => kernel.op === op).reduce((sum, kernel) => sum + kernel.calls, 0);

test("synchronous and async functions: result, calls, layers and bytes", async () => {
  const x = tensor([1, 2, 3]).realize();
  const body = (): Tensor => withScope("net", () => withScope("inner", () => ops.exp(x)));
  for (const fn of [body, async () => body(), async () => (await Promise.resolve(), body())]) {
    const { result, profile: report } = await profile(fn);
    expect(await result.array()).toEqual([1, 2, 3].map((each) => Math.fround(Math.exp(each))));
    expect(report.kernels).toHaveLength(1);
    expect(report.kernels[0]).toMatchObject({ scope: "net/inner", op: "exp", kind: "exp", calls: 1, bytes: 24, flops: null });
    expect(report.byLayer().map(({ scope, calls }) => [scope, calls])).toEqual([
      ["net", 1],
      ["net/inner", 1],
    ]);
    expect(report.total.nanoseconds).toBeLessThanOrEqual(report.total.wallNanoseconds);
  }
});

test("what the function leaves pending belongs to it, what was pending before does not", async () => {
  const v = new Variable([1, 2]);
  v.assign(ops.sin(v));
  const { profile: report } = await profile(() => {
    v.assign(ops.exp(v));
    return { nested: [ops.cos(tensor([1]))] };
  });
  expect(["sin", "exp", "cos"].map((op) => callsOf(report, op))).toEqual([0, 1, 1]);
});

test("the nodes of a loop's body are counted at each step, and the loop has what is left of its time", async () => {
  const cumulate = (): Tensor => ops.scan((carry, x) => [ops.tanh(ops.add(carry, x)), carry], tensor(0), ops.ones([9]))[0];
  const { profile: report } = await profile(cumulate);
  expect([callsOf(report, "scan"), callsOf(report, "tanh")]).toEqual([1, 9]);
  const scan = report.kernels.find(({ kind }) => kind === "scan")!;
  expect(scan.bytes).toBe(0);
  expect(scan.nanoseconds).toBeLessThan(scan.inclusiveNanoseconds);
  expect(report.total.nanoseconds).toBeGreaterThanOrEqual(scan.inclusiveNanoseconds - 1);
});

test("the timeline keeps the last calls; counts keep all", async () => {
  const step = compile((x: Tensor) => ops.exp(x));
  const x = tensor([1]).realize();
  const run = (): void => {
    for (let i = 0; i < 10; i++) step(x).realize();
  };
  for (const maxEvents of [0, 3, 10, 11]) {
    const { profile: report } = await profile(run, { maxEvents });
    const kept = Math.min(maxEvents, 10);
    expect([report.total.calls, report.events.length, report.droppedEvents]).toEqual([10, kept, 10 - kept]);
    const starts = report.events.map(({ start }) => start);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
  }
});

test("profiles neither nest nor overlap, and a refused one leaves the other alone", async () => {
  let refused: unknown;
  const outer = profile(async () => {
    refused = await profile(() => 1).catch((error: unknown) => error);
    return ops.exp(tensor([1]));
  });
  await expect(profile(() => 1)).rejects.toThrow(DeviceError);
  expect(callsOf((await outer).profile, "exp")).toBe(1);
  expect(String(refused)).toMatch(/\[profile\] reference .* is being profiled already/);
  expect((await profile(() => 1)).result).toBe(1);
});

test("two devices can be profiled at the same time", async () => {
  const other = reference();
  const both = await Promise.all([profile(() => ops.exp(tensor([1]))), profile(() => 1, { device: other })]);
  expect(both.map(({ profile: report }) => report.total.calls > 0)).toEqual([true, false]);
});

test("it ends when the function throws, rejects, fails in a run or disposes of the device", async () => {
  const boom = new Error("boom");
  const outside = (): Tensor => ops.take(tensor([1, 2]), tensor([7], { dtype: "int32" }), { axis: 0 });
  await expect(
    profile(() => {
      throw boom;
    }),
  ).rejects.toBe(boom);
  await expect(profile(() => Promise.reject(boom))).rejects.toBe(boom);
  await expect(profile(() => outside().realize())).rejects.toThrow(ValueError);
  expect(callsOf((await profile(() => ops.exp(tensor([1])))).profile, "exp")).toBe(1);
  expect(() => device.stopProfile!()).toThrow(DeviceError);
  await expect(profile(() => device.dispose())).rejects.toThrow(/disposed/);
});

test("what cannot be measured is refused before anything runs", async () => {
  let ran = false;
  const fn = (): void => void (ran = true);
  const blind: Backend = Object.create(device, { startProfile: { value: undefined }, description: { value: "blind device" } });
  await expect(profile(fn, { device: blind })).rejects.toThrow("[profile] blind device cannot measure its kernels");
  await expect(profile(fn, { maxEvents: -1 })).rejects.toThrow(ValueError);
  await expect(profile(fn, { maxEvents: 1.5 })).rejects.toThrow(ValueError);
  await expect(profile(3 as never)).rejects.toThrow(ValueError);
  const traced = compile((x: Tensor) => {
    traced.refused = profile(fn);
    return x;
  }) as ((x: Tensor) => Tensor) & { refused?: Promise<unknown> };
  traced(tensor([1]));
  await expect(traced.refused).rejects.toThrow(TraceError);
  expect(ran).toBe(false);
});
