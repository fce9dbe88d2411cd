import type { Profile } from "./report.ts";
import { labelOf } from "./totals.ts";

/** Of the process and its threads in the trace: one process, and a thread for each track. */
const process = 1;

/** Google's "Trace Event Format": metadata events that name the process and the tracks, then a complete event for each call. */
export function chromeTrace({ device, kernels, events, tracks, droppedEvents }: Profile): string {
  const metadata = [
    { name: "process_name", ph: "M", pid: process, tid: 0, args: { name: `neurite: ${device}` } },
    ...tracks.map((name, track) => ({ name: "thread_name", ph: "M", pid: process, tid: track, args: { name } })),
    ...tracks.map((_, track) => ({ name: "thread_sort_index", ph: "M", pid: process, tid: track, args: { sort_index: track } })),
  ];
  const calls = events.map(({ kernel, start, duration, track }) => {
    const record = kernels[kernel];
    const { scope, op, kind, bytes, flops, calls: count } = record;
    return {
      name: labelOf(record),
      cat: kind,
      ph: "X",
      ts: start / 1e3,
      dur: duration / 1e3,
      pid: process,
      tid: track,
      args: { scope, op, bytes: bytes / count, ...(flops === null ? {} : { flops: flops / count }) },
    };
  });
  return JSON.stringify({ traceEvents: [...metadata, ...calls], displayTimeUnit: "ns", otherData: { device, droppedEvents } });
}
