import { describe, expect, test } from "vitest";
import type { KernelRecord, KernelRecording } from "../backend/backend.ts";
import { Profile } from "./report.ts";

function kernel(scope: string, op: string, calls: number, nanoseconds: number, more: Partial<KernelRecord> = {}): KernelRecord {
  return { scope, op, kind: "loop", calls, nanoseconds, inclusiveNanoseconds: nanoseconds, bytes: 10 * calls, flops: calls, ...more };
}

const recording: KernelRecording = {
  kernels: [
    kernel("", "copy", 1, 5),
    kernel("net/encoder/dense", "dot", 2, 300),
    kernel("net/encoder", "add", 4, 50),
    kernel("net/rnn", "scan", 1, 20, { inclusiveNanoseconds: 320, bytes: 0, flops: 0 }),
    kernel("net/rnn", "dot", 3, 300),
  ],
  events: [
    { kernel: 4, start: 1100, duration: 100, track: 0 },
    { kernel: 3, start: 1000, duration: 320, track: 0 },
    { kernel: 0, start: 500, duration: 5, track: 1 },
  ],
  droppedEvents: 8,
  tracks: ["caller's thread", "queue"],
};
const profile = new Profile(recording, "a device", 2000);

test("kernels come by their own time, the longest first, and events go on pointing at theirs", () => {
  expect(profile.kernels.map(({ nanoseconds }) => nanoseconds)).toEqual([300, 300, 50, 20, 5]);
  expect(profile.events.map((event) => [profile.kernels[event.kernel].op, event.start])).toEqual([
    ["copy", 500],
    ["scan", 1000],
    ["dot", 1100],
  ]);
});

test("the total counts what loops consist of once", () => {
  expect(profile.total).toEqual({ calls: 11, nanoseconds: 675, bytes: 100, flops: 10, wallNanoseconds: 2000 });
});

test("layers hold those inside them", () => {
  expect(profile.byLayer().map(({ scope, calls, nanoseconds, selfNanoseconds }) => [scope, calls, nanoseconds, selfNanoseconds])).toEqual([
    ["net", 10, 670, 0],
    ["net/encoder", 6, 350, 50],
    ["net/rnn", 4, 320, 320],
    ["net/encoder/dense", 2, 300, 300],
    ["", 1, 5, 5],
  ]);
});

test("ops add up over layers", () => {
  expect(profile.byOp().map(({ op, calls, nanoseconds, bytes }) => [op, calls, nanoseconds, bytes])).toEqual([
    ["dot", 5, 600, 50],
    ["add", 4, 50, 40],
    ["scan", 1, 20, 0],
    ["copy", 1, 5, 10],
  ]);
});

describe("as text", () => {
  test("it says what took how long, how often and how fast", () => {
    const lines = profile.toString().split("\n");
    expect(lines[0]).toBe("a device: 11 calls of kernels took 675 ns, 33.8% of 2.00 µs");
    const row = lines.find((line) => line.startsWith("net/encoder/dense: dot"))?.split(/ {2,}/);
    expect(row).toEqual(["net/encoder/dense: dot", "300 ns", "44.4%", "2", "150 ns", "0.07", "0.01"]);
  });

  test("equal kernels of several programs are one row, and long tables end with how many are left", () => {
    const kernels = Array.from({ length: 60 }, (_, i) => kernel("", `op_${i % 30}`, 1, 1));
    const text = new Profile({ ...recording, kernels, events: [] }, "a device", 100).toString();
    expect(
      text
        .match(/^op_0 .*$/m)?.[0]
        .split(/ {2,}/)
        .slice(1, 4),
    ).toEqual(["2 ns", "3.3%", "2"]);
    expect(text).toMatch(/\n… 10 more$/);
  });

  test("nothing measured is no division by zero", () => {
    const text = new Profile({ kernels: [], events: [], droppedEvents: 0, tracks: [] }, "a device", 0).toString();
    expect(text).toContain("0 calls of kernels took 0 ns, 0.0% of 0 ns");
  });
});

test("the trace is what the Trace Event Format asks for: microseconds, complete events, named tracks", () => {
  const trace = JSON.parse(profile.chromeTrace()) as { traceEvents: Record<string, unknown>[]; otherData: unknown };
  expect(trace.otherData).toEqual({ device: "a device", droppedEvents: 8 });
  const names = trace.traceEvents.filter(({ name, ph }) => ph === "M" && name === "thread_name");
  expect(names.map(({ tid, args }) => [tid, args])).toEqual([
    [0, { name: "caller's thread" }],
    [1, { name: "queue" }],
  ]);
  expect(trace.traceEvents.filter(({ ph }) => ph === "X")[2]).toEqual({
    name: "net/rnn: dot",
    cat: "loop",
    ph: "X",
    ts: 1.1,
    dur: 0.1,
    pid: 1,
    tid: 0,
    args: { scope: "net/rnn", op: "dot", bytes: 10, flops: 1 },
  });
});
