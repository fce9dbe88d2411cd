import type { KernelEvent, KernelRecord, KernelRecording } from "../backend/backend.ts";
import { chromeTrace } from "./chrome-trace.ts";
import { formatProfile } from "./table.ts";
import { groupBy, type KernelTotals, longestFirst, totalsOf } from "./totals.ts";

/** What a layer took, with the layers inside it. */
export interface LayerProfile extends KernelTotals {
  /** Path of the layer, "functional/dense_1"; empty for what belongs to none. */
  readonly scope: string;
  /** Without the layers inside. */
  readonly selfNanoseconds: number;
}

/** What all kernels that compute the same took. */
export interface OpProfile extends KernelTotals {
  /** "dot add max". */
  readonly op: string;
}

/** What the whole took. */
export interface ProfileTotals extends KernelTotals {
  /** From the beginning to the end, with all that is not a kernel: JavaScript, compiling, waiting. */
  readonly wallNanoseconds: number;
}

/**
 * Where the time of a function went; made by {@link profile}. Times are in nanoseconds. A kernel is what a device runs in one go: often
 * several operations, fused; its layer is the one that all of them belong to.
 *
 * @example
 * const { profile: measured } = await profile(() => model.predict(x));
 * console.log(String(measured)); // a table of layers and kernels
 */
export class Profile {
  /** Each kernel of each program that ran, the longest (without the kernels it consists of) first. */
  readonly kernels: readonly KernelRecord[];
  /** The last calls, by when they began; `kernel` is the index into {@link kernels}. */
  readonly events: readonly KernelEvent[];
  /** Calls that are counted but not among the `events`: raise `maxEvents`. */
  readonly droppedEvents: number;
  /** Names of the tracks of `events`. */
  readonly tracks: readonly string[];
  /** What was measured: "cpu (avx512, 2 threads)". */
  readonly device: string;
  readonly total: ProfileTotals;

  constructor(recording: KernelRecording, device: string, wallNanoseconds: number) {
    const { kernels } = recording;
    const order = kernels.map((_, i) => i).sort((a, b) => kernels[b].nanoseconds - kernels[a].nanoseconds);
    const placeOf = new Array<number>(order.length);
    order.forEach((kernel, place) => (placeOf[kernel] = place));
    this.kernels = order.map((kernel) => kernels[kernel]);
    // Of calls that begin together, the one that ends last is around the others.
    this.events = recording.events
      .map((event) => ({ ...event, kernel: placeOf[event.kernel] }))
      .sort((a, b) => a.start - b.start || b.duration - a.duration);
    this.droppedEvents = recording.droppedEvents;
    this.tracks = recording.tracks;
    this.device = device;
    this.total = { ...totalsOf(this.kernels), wallNanoseconds };
  }

  /** Time by layer, each with the layers inside it, the longest first. */
  byLayer(): LayerProfile[] {
    const layers = [...groupBy(this.kernels, ({ scope }) => pathsTo(scope))].map(([scope, kernels]) => {
      const own = kernels.filter((kernel) => kernel.scope === scope);
      return { scope, ...totalsOf(kernels), selfNanoseconds: totalsOf(own).nanoseconds };
    });
    // A layer stands before the layers inside it, also where these take all of its time.
    return longestFirst(layers.sort((a, b) => a.scope.length - b.scope.length));
  }

  /** Time by what is computed, wherever, the longest first. */
  byOp(): OpProfile[] {
    return longestFirst([...groupBy(this.kernels, ({ op }) => [op])].map(([op, kernels]) => ({ op, ...totalsOf(kernels) })));
  }

  /** Tables of layers and kernels, the longest first. */
  toString(): string {
    return formatProfile(this);
  }

  /**
   * The timeline as JSON of the Trace Event Format, which https://ui.perfetto.dev and chrome://tracing show: a track for each thread that
   * kernels were started from, calls as complete events ("ph": "X") with their start and duration in microseconds.
   *
   * @example
   * await writeFile("trace.json", report.chromeTrace());
   */
  chromeTrace(): string {
    return chromeTrace(this);
  }
}

/** "a/b/c" → "a", "a/b", "a/b/c". */
function pathsTo(scope: string): string[] {
  const parts = scope.split("/");
  return parts.map((_, i) => parts.slice(0, i + 1).join("/"));
}
