/** What the engine measures of its kernels: exact counts, loops, queued runs, the timeline, and nothing when nobody asks. */
import { build, compile, DeviceError, ops, profile, random, type Tensor, tensor, traceGraph, withDevice, withScope } from "@neurite/core";
import { describe, expect, test } from "vitest";
import type { CpuOptions } from "./options.ts";
import { makeBackend, upload } from "./testing/plans.ts";

/** Profiles on a backend of its own; `prepare` returns what is measured. */
async function measure(prepare: () => () => unknown, options: CpuOptions = {}, maxEvents?: number) {
  const device = makeBackend(options);
  const fn = withDevice(device, prepare);
  const { profile: report } = await profile(() => withDevice(device, fn), { device, maxEvents });
  return { report, device };
}

/** A product of 64×32 and 32×16 in a layer, `times` times. */
function products(times: number): () => () => void {
  return () => {
    const x = random.normal([64, 32], { seed: 1 }).realize();
    const y = random.normal([32, 16], { seed: 2 }).realize();
    const step = compile((a: Tensor, b: Tensor) => withScope("net", () => withScope("dense", () => ops.relu(ops.matmul(a, b)))));
    step(x, y).realize();
    return () => {
      for (let i = 0; i < times; i++) step(x, y).realize();
    };
  };
}

describe.each([
  ["at once", 10, "caller's thread"],
  ["from the queue", 0, "queue"],
] as const)("runs %s", (_, synchronousLimit, track) => {
  test("each call is counted, with its layer, flops and bytes", async () => {
    const { report } = await measure(products(25), { synchronousLimit });
    expect(report.kernels).toHaveLength(1);
    const [kernel] = report.kernels;
    expect(kernel).toMatchObject({ scope: "net/dense", kind: "dot", calls: 25 });
    expect(kernel.op).toMatch(/^dot /);
    expect(kernel.bytes).toBe(25 * 4 * (64 * 32 + 32 * 16 + 64 * 16));
    expect(kernel.flops).toBeGreaterThanOrEqual(25 * 2 * 64 * 32 * 16);
    expect(report.events).toHaveLength(25);
    expect(new Set(report.events.map((event) => report.tracks[event.track]))).toEqual(new Set([track]));
  });

  test("kernels are apart in time, within the whole, and add up to their records", async () => {
    const { report } = await measure(products(40), { synchronousLimit });
    let end = 0;
    for (const { start, duration } of report.events) {
      expect(start).toBeGreaterThanOrEqual(end);
      end = start + duration;
    }
    expect(end).toBeLessThanOrEqual(report.total.wallNanoseconds * 1.01 + 1e6);
    expect(report.events.reduce((sum, { duration }) => sum + duration, 0)).toBeCloseTo(report.total.nanoseconds, 0);
  });
});

test("a gather moves the rows that it picks, whatever it picks them from", async () => {
  const { report } = await measure(() => {
    const table = random.normal([5000, 8], { seed: 1 }).realize();
    const rows = tensor([3, 1, 4], { dtype: "int32" }).realize();
    return () => void ops.take(table, rows, { axis: 0 }).realize();
  });
  const gather = report.kernels.find(({ kind }) => kind === "gather")!;
  expect(gather.bytes).toBe(4 * (3 * 8 + 3 + 3 * 8));
});

test("runs that were queued before do not count", async () => {
  const device = makeBackend({ synchronousLimit: 0 });
  const { profile: report } = await withDevice(device, () => {
    const run = products(8)();
    run();
    return profile(() => withDevice(device, run));
  });
  expect(report.total.calls).toBe(8);
});

test("large kernels take most of the time, and never more than there is", async () => {
  const { report } = await measure(() => {
    const x = random.normal([768, 768], { seed: 1 }).realize();
    const step = compile((a: Tensor) => ops.matmul(a, a));
    step(x).realize().dataSync();
    return () => {
      for (let i = 0; i < 4; i++) step(x).realize().dataSync();
    };
  });
  const { nanoseconds, wallNanoseconds } = report.total;
  expect(nanoseconds).toBeLessThanOrEqual(wallNanoseconds);
  expect(nanoseconds).toBeGreaterThan(wallNanoseconds / 4);
});

test("kernels of a loop are counted at each step, and the loop has what is left of its time", async () => {
  const { report } = await measure(() => {
    const xs = random.normal([13, 8], { seed: 1 }).realize();
    const w = random.normal([8, 8], { seed: 2 }).realize();
    const run = compile((steps: Tensor, weights: Tensor) =>
      ops.scan(
        (h: Tensor, x: Tensor) => {
          const next = withScope("cell", () => ops.tanh(ops.add(ops.matmul(ops.reshape(h, [1, 8]), weights), x)));
          return [ops.reshape(next, [8]), ops.reshape(next, [8])] as [Tensor, Tensor];
        },
        ops.zeros([8]),
        steps,
      ),
    );
    run(xs, w);
    return () => {
      for (let i = 0; i < 3; i++) for (const result of run(xs, w)) (result as Tensor).realize();
    };
  });
  const scan = report.kernels.find(({ kind }) => kind === "scan")!;
  const cell = report.kernels.find(({ scope, kind }) => scope === "cell" && kind === "dot")!;
  expect([scan.calls, cell.calls]).toEqual([3, 39]);
  expect([scan.bytes, scan.flops]).toEqual([0, 0]);
  expect(scan.nanoseconds).toBeLessThan(scan.inclusiveNanoseconds);
  const [outer] = report.events.filter(({ kernel }) => report.kernels[kernel] === scan);
  const inside = report.events.filter(({ start }) => start > outer.start && start < outer.start + outer.duration);
  expect(inside.filter(({ kernel }) => report.kernels[kernel] === cell)).toHaveLength(13);
  for (const { start, duration } of inside) expect(start + duration).toBeLessThanOrEqual(outer.start + outer.duration);
});

test.each([0, 1, 7, 20, 21])("a timeline of at most %i calls keeps the last ones", async (maxEvents) => {
  const { report } = await measure(products(20), {}, maxEvents);
  const kept = Math.min(maxEvents, 20);
  expect([report.total.calls, report.events.length, report.droppedEvents]).toEqual([20, kept, 20 - kept]);
});

test("the trace has every call, in order", async () => {
  const { report } = await measure(products(5));
  const { traceEvents } = JSON.parse(report.chromeTrace()) as { traceEvents: { ph: string; name: string; ts: number; dur: number }[] };
  const calls = traceEvents.filter(({ ph }) => ph === "X");
  expect(calls.map(({ name }) => name)).toEqual(Array(5).fill(expect.stringMatching(/^net\/dense: dot /)));
  calls.forEach(({ ts, dur }, i) => {
    expect(dur).toBeGreaterThan(0);
    expect(ts).toBeGreaterThanOrEqual(i === 0 ? 0 : calls[i - 1].ts + calls[i - 1].dur);
  });
});

test("programs that were released meanwhile are in it", () => {
  const device = makeBackend();
  const { graph } = traceGraph([{ dtype: "float32", shape: [3] }], ([x]) => [build.exp(x)]);
  device.startProfile(10);
  for (let i = 0; i < 2; i++) {
    const program = device.bind(device.compile(graph), []);
    device.run(program, [upload(device, Float32Array.of(1, 2, 3))], []);
    device.release(program);
    device.release(program.executable);
  }
  expect(device.stopProfile().kernels.map(({ op, calls }) => [op, calls])).toEqual([
    ["exp", 1],
    ["exp", 1],
  ]);
});

test("it begins once and ends once; afterwards nothing is measured, and a new one begins empty", async () => {
  const { device } = await measure(products(3));
  expect(() => device.stopProfile()).toThrow(DeviceError);
  device.startProfile(10);
  expect(() => device.startProfile(10)).toThrow(/being profiled already/);
  expect(device.stopProfile()).toMatchObject({ kernels: [], events: [], droppedEvents: 0 });
  device.startProfile(10);
  device.dispose();
  expect(() => device.stopProfile()).toThrow(/disposed/);
});
