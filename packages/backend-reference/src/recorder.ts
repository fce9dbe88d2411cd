/** Times the steps of the interpreter while a profile is made. */
import type { Aval, KernelEvent, KernelRecord, KernelRecording, Node } from "@neurite/core";
import { sizeOf } from "./array.ts";
import { byteLength } from "./numbers/encoding.ts";

/** Browsers and Node have it; the types of neither are used here. */
declare const performance: { now(): number };

interface Timing {
  /** Index of its record. */
  readonly index: number;
  readonly node: Node;
  calls: number;
  /** Milliseconds, with the nodes of its bodies. */
  inclusive: number;
  /** Milliseconds of the nodes of its bodies. */
  inside: number;
  /** Its bodies have nodes, which count for it. */
  isOuter: boolean;
}

export class Recorder {
  readonly #began = performance.now();
  readonly #timings = new Map<Node, Timing>();
  readonly #events: KernelEvent[] = [];
  readonly #mostEvents: number;
  #calls = 0;
  /** Nodes that are being computed, each part of a body of the one before, and when they began. */
  readonly #open: { readonly timing: Timing; readonly start: number }[] = [];

  constructor(mostEvents: number) {
    this.#mostEvents = mostEvents;
  }

  begin(node: Node): void {
    let timing = this.#timings.get(node);
    if (timing === undefined) {
      timing = { index: this.#timings.size, node, calls: 0, inclusive: 0, inside: 0, isOuter: false };
      this.#timings.set(node, timing);
    }
    this.#open.push({ timing, start: performance.now() });
  }

  end(): void {
    const { timing, start } = this.#open.pop() as { timing: Timing; start: number };
    const duration = performance.now() - start;
    timing.calls++;
    timing.inclusive += duration;
    const outer = this.#open.at(-1)?.timing;
    if (outer !== undefined) {
      outer.inside += duration;
      outer.isOuter = true;
    }
    if (this.#mostEvents > 0) {
      this.#events[this.#calls % this.#mostEvents] = {
        kernel: timing.index,
        start: (start - this.#began) * 1e6,
        duration: duration * 1e6,
        track: 0,
      };
    }
    this.#calls++;
  }

  /** A run failed: what was being computed is not counted. */
  abandon(): void {
    this.#open.length = 0;
  }

  recording(): KernelRecording {
    const oldest = this.#mostEvents > 0 ? this.#calls % this.#mostEvents : 0;
    const isFull = this.#calls > this.#mostEvents;
    const events = isFull ? [...this.#events.slice(oldest), ...this.#events.slice(0, oldest)] : this.#events;
    const kernels = [...this.#timings.values()].map(recordOf);
    return { kernels, events, droppedEvents: this.#calls - events.length, tracks: ["caller's thread"] };
  }
}

function recordOf({ node, calls, inclusive, inside, isOuter }: Timing): KernelRecord {
  const bytes = [...node.inputs, ...node.outputs].reduce((sum, value) => sum + bytesOf(value), 0);
  return {
    scope: node.scope?.path ?? "",
    op: isComposite(node) ? node.params.name : node.op,
    kind: node.op,
    calls,
    nanoseconds: Math.max(0, inclusive - inside) * 1e6,
    inclusiveNanoseconds: inclusive * 1e6,
    bytes: isOuter ? 0 : calls * bytes,
    flops: null,
  };
}

function isComposite(node: Node): node is Node<"composite"> {
  return node.op === "composite";
}

function bytesOf({ dtype, shape }: Aval): number {
  return byteLength(dtype, sizeOf(shape));
}
