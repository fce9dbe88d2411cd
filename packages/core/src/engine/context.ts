/** What the current (synchronous) piece of user code runs under. Nothing here outlives a call: there is no hidden global state but the default device. */
import type { Backend } from "../backend/backend.ts";
import type { Node, Scope, Value } from "../graph/value.ts";
import type { Trace } from "./trace.ts";

/** Sees each node as it is made: gradient tapes. */
export interface Recorder {
  record(node: Node): void;
  /** A variable was read, trainable or not; `value` stands for it. */
  recordRead(variable: { readonly trainable: boolean }, value: Value): void;
}

/** What hands out random keys: a seed generator. */
export interface KeySource {
  /** The keys of the next draws, uint32 [count, 2]. */
  drawKeys(count: number): Value;
}

/** Keys drawn while a body was traced. */
export interface Draw {
  readonly source: KeySource;
  readonly count: number;
  /** A placeholder, uint32 [count, 2]: whoever runs the body passes the keys. */
  readonly keys: Value;
}

/** When pending nodes run: at once, when somebody looks, or (in debug) at once with every result checked for NaN and infinity. */
export type ExecutionMode = "lazy" | "immediate" | "debug";

interface Context {
  trace: Trace | null;
  scope: Scope | null;
  /** What the outermost call of a layer runs under, as training; for layers to say. */
  call: object | null;
  mode: ExecutionMode;
  recorders: readonly Recorder[];
  /** While a piece of program is computed again: the values its variables had the first time. Assignments change them here only. */
  replay: Map<object, Value> | null;
  /** Inside a body that may run many times: notes the draws, which each run makes anew. */
  draws: Draw[] | null;
  device: Backend | null;
  /** Makes the device when nobody chose one; set by the umbrella package. */
  chooseDevice: (() => Backend) | null;
}

export const context: Context = {
  trace: null,
  scope: null,
  call: null,
  mode: "lazy",
  recorders: [],
  replay: null,
  draws: null,
  device: null,
  chooseDevice: null,
};

/** Runs `body` with some of the context replaced, and puts it back whatever happens. */
export function withContext<T>(changes: Partial<Context>, body: () => T): T {
  const saved: Partial<Context> = {};
  for (const key in changes) saved[key as "mode"] = context[key as "mode"];
  Object.assign(context, changes);
  try {
    return body();
  } finally {
    Object.assign(context, saved);
  }
}
