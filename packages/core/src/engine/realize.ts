/**
 * The lazy engine: turns pending values into storages. Pending nodes are collected, numbered, looked up in the cache of
 * programs by structure, compiled if new, and run in one call.
 */
import type { Backend, Program } from "../backend/backend.ts";
import { DisposedError } from "../errors.ts";
import type { Graph } from "../graph/graph.ts";
import type { Node, Value } from "../graph/value.ts";
import type { PrimitiveName } from "../primitives/params.ts";
import { context } from "./context.ts";
import { getDefaultDevice } from "./device.ts";
import { checkFinite } from "./debug.ts";
import { copyNodes, pendingNodes, placeholder } from "./extract.ts";
import { structureOf, type Structure } from "./structure.ts";
import { refuseTracedRead } from "./trace.ts";

/** Elementwise primitives and views are cheap to compute again; results of all others are kept where something can still use them. */
const cheap: ReadonlySet<PrimitiveName> = new Set<PrimitiveName>([
  "neg", "abs", "sign", "floor", "ceil", "round", "exp", "expm1", "log", "log1p", "sin", "cos", "tanh", "sqrt", "rsqrt", "erf", "not",
  "real", "imag", "add", "sub", "mul", "div", "rem", "pow", "max", "min", "atan2", "eq", "lt", "le", "and", "or", "xor", "shl", "shr",
  "complex", "constant", "iota", "select", "cast", "bitcast", "check", "stop_gradient", "barrier", "reshape", "transpose", "broadcast",
  "slice", "flip", "pad", "concat",
]); // prettier-ignore

interface CachedProgram {
  readonly key: Int32Array;
  readonly program: Program;
}

/** Programs kept for each device: the least recently used goes first. */
const maxPrograms = 512;
const caches = new WeakMap<Backend, Map<number, CachedProgram[]>>();

/** Variables with a value that was assigned and not yet computed. Filled by Variable. */
export const pendingAssigns: Set<{ readonly pending: Value }> = new Set();

/** Computes `requested` and every pending assignment, so that each value has a storage. */
export function realize(requested: readonly Value[], assigns = true): void {
  const roots = new Set<Value>();
  const want = (value: Value): void => {
    if (value.disposed) throw new DisposedError("[read] the tensor was disposed: dispose() ends its life");
    if (value.storage === null) roots.add(value);
  };
  requested.forEach(want);
  if (assigns) {
    for (const variable of pendingAssigns) want(variable.pending);
  }
  if (roots.size === 0) {
    if (assigns) pendingAssigns.clear();
    return;
  }

  const nodes = pendingNodes(roots, isConcrete);
  const kept = stillReachable(nodes, roots);
  const outputs = [...roots, ...kept];
  const structure = structureOf(nodes, outputs);
  const device = deviceOf(structure.leaves);
  const program = lookUp(device, structure, nodes, outputs);

  const results = device.run(
    program,
    structure.leaves.map((leaf) => leaf.storage as NonNullable<Value["storage"]>),
    structure.lifted.map((value) => (value.node as Node<"constant">).params.value as number),
  );
  outputs.forEach((value, i) => {
    value.storage = results[i] ?? null;
    value.device = device;
  });
  if (context.mode === "debug") checkFinite(device, outputs);
  for (const value of outputs) value.node = null;
  if (assigns) pendingAssigns.clear();
}

function isConcrete(value: Value): boolean {
  if (value.storage !== null) return true;
  if (value.node === null) throw new DisposedError("[read] the tensor was disposed: dispose() ends its life");
  if (value.node.op === "input" || value.node.trace !== null) {
    if (value.node.op === "constant") return false;
    refuseTracedRead("read", value.node.trace);
  }
  return false;
}

/** Results of structured primitives that pending nodes outside this run, or live tapes, can still reach. */
function stillReachable(nodes: readonly Node[], roots: ReadonlySet<Value>): Value[] {
  const usesHere = new Map<Value, number>();
  for (const node of nodes) {
    for (const input of node.inputs) usesHere.set(input, (usesHere.get(input) ?? 0) + 1);
  }
  const kept: Value[] = [];
  for (const node of nodes) {
    if (cheap.has(node.op)) continue;
    for (const output of node.outputs) {
      if (!roots.has(output) && output.uses > (usesHere.get(output) ?? 0)) kept.push(output);
    }
  }
  return kept;
}

function deviceOf(leaves: readonly Value[]): Backend {
  for (const leaf of leaves) if (leaf.device !== null) return leaf.device;
  return getDefaultDevice();
}

function sameKey(a: Int32Array, b: Int32Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function lookUp(device: Backend, structure: Structure, nodes: readonly Node[], outputs: readonly Value[]): Program {
  let cache = caches.get(device);
  if (cache === undefined) caches.set(device, (cache = new Map()));
  const bucket = cache.get(structure.hash);
  const hit = bucket?.find((entry) => sameKey(entry.key, structure.key));
  if (bucket !== undefined && hit !== undefined) {
    cache.delete(structure.hash);
    cache.set(structure.hash, bucket);
    return hit.program;
  }
  const program = device.bind(device.compile(graphOf(structure, nodes, outputs)), []);
  if (cache.size >= maxPrograms) {
    const [oldest, entries] = cache.entries().next().value as [number, CachedProgram[]];
    cache.delete(oldest);
    for (const entry of entries) device.release(entry.program);
  }
  const entries = cache.get(structure.hash) ?? [];
  entries.push({ key: structure.key, program });
  cache.set(structure.hash, entries);
  return program;
}

function graphOf(structure: Structure, nodes: readonly Node[], outputs: readonly Value[]): Graph {
  const replacements = new Map<Value, Value>();
  const inputs = structure.leaves.map((leaf, i) => placeholder(leaf, `x${i}`));
  const scalars = structure.lifted.map((value, i) => placeholder(value, `s${i}`));
  structure.leaves.forEach((leaf, i) => replacements.set(leaf, inputs[i] as Value));
  structure.lifted.forEach((value, i) => replacements.set(value, scalars[i] as Value));
  const copy = copyNodes({ nodes, replacements });
  return { inputs, state: [], scalars, outputs: outputs.map(copy.at), updates: [], nodes: copy.nodes };
}
