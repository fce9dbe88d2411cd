/**
 * The lazy engine: turns pending values into storages. Pending nodes are collected, numbered, looked up in the cache of
 * programs by structure, compiled if new, and run in one call.
 */
import type { Backend, Program, Storage } from "../backend/backend.ts";
import { DeviceError, DisposedError } from "../errors.ts";
import type { Graph } from "../graph/graph.ts";
import { freeIfUnused, type Node, type Value } from "../graph/value.ts";
import { ofRun } from "../renamed.ts";
import { context } from "./context.ts";
import { getDefaultDevice } from "./device.ts";
import { checkFinite } from "./debug.ts";
import { copyNodes, pendingNodes, placeholder } from "./extract.ts";
import { valuesToKeep } from "./keep.ts";
import { pendingAssigns, takeGranted } from "./pending.ts";
import { ProgramCache } from "./program-cache.ts";
import { structureOf, type Structure } from "./structure.ts";
import { refuseTracedRead } from "./trace.ts";

/** Programs kept for each device: the least recently used goes first. */
const maxPrograms = 512;
const caches = new WeakMap<Backend, ProgramCache<Program>>();

/**
 * Computes `requested` and, unless `assigns` is false, every pending assignment, so that each value has a storage.
 *
 * All assignments are committed or none. When the run fails, the assignments are tried by themselves, so that they do not suffer from
 * what somebody else asked for; if they fail too, every variable goes back to its last computed value. Either way the values that failed
 * stay pending: asking for them again raises the error again.
 */
export function realize(requested: readonly Value[], assigns = true): void {
  if (!assigns || pendingAssigns.size === 0) {
    compute(requested);
    return;
  }
  const variables = [...pendingAssigns];
  const assigned = variables.map(({ pending }) => pending);
  const wished = new Set(takeGranted().filter((value) => value.storage === null && !value.disposed));
  try {
    compute([...requested, ...assigned, ...wished], wished);
  } catch (error) {
    const alone = wished.size === 0 && requested.every((value) => value.storage !== null || assigned.includes(value));
    try {
      if (alone) throw error;
      compute(assigned);
    } catch (assignError) {
      pendingAssigns.clear();
      for (const variable of variables.reverse()) variable.undo();
      throw assignError;
    }
    settle(variables);
    compute(requested);
    return;
  }
  settle(variables);
}

function settle(variables: readonly { commit(): void }[]): void {
  pendingAssigns.clear();
  for (const variable of variables) variable.commit();
}

const nothing: ReadonlySet<Value> = new Set();

/** Gives each of `values` a storage: one run for each device. */
function compute(values: readonly Value[], wished: ReadonlySet<Value> = nothing): void {
  let roots: Set<Value> | null = null;
  let device: Backend | null = null;
  let others: Map<Backend, Set<Value>> | null = null;
  for (const value of values) {
    if (value.disposed) throw new DisposedError("[read] the tensor was disposed: dispose() ends its life");
    if (value.storage !== null) continue;
    const own = value.device ?? getDefaultDevice();
    if (roots === null || own === device) {
      roots ??= new Set();
      device = own;
      roots.add(value);
      continue;
    }
    others ??= new Map();
    const group = others.get(own);
    if (group === undefined) others.set(own, new Set([value]));
    else group.add(value);
  }
  if (roots !== null) run(device as Backend, roots, wished);
  if (others !== null) for (const [other, group] of others) run(other, group, wished);
}

function run(device: Backend, roots: ReadonlySet<Value>, wished: ReadonlySet<Value>): void {
  const nodes = pendingNodes(roots, isConcrete);
  const outputs = [...roots, ...valuesToKeep(nodes, roots, wished)];
  const structure = structureOf(nodes, outputs);
  const inputs: Storage[] = [];
  for (const leaf of structure.leaves) {
    if (leaf.device !== device) {
      throw new DeviceError(`[read] a value for ${device.description} is computed from one on ${leaf.device?.description ?? "no device"}`);
    }
    inputs.push(leaf.storage as Storage);
  }
  const scalars = structure.lifted.map((value) => (value.node as Node<"constant">).params.value as number);
  const program = lookUp(device, structure, nodes, outputs);
  const results = ofRun(() => device.run(program, inputs, scalars));

  for (let i = 0; i < outputs.length; i++) {
    const value = outputs[i] as Value;
    value.storage = results[i] as Storage;
    value.device = device;
  }
  for (const node of nodes) {
    if (node.executed) continue;
    node.executed = true;
    for (const input of node.inputs) input.uses--;
  }
  for (const leaf of structure.leaves) freeIfUnused(leaf);
  if (context.mode === "debug") checkFinite(device, outputs);
  for (const value of outputs) value.node = null;
}

function isConcrete(value: Value): boolean {
  if (value.storage !== null) return true;
  const { node } = value;
  if (node === null) throw new DisposedError("[read] the tensor was disposed: dispose() ends its life");
  if ((node.trace !== null || node.op === "input") && node.op !== "constant") refuseTracedRead("read", node.trace);
  return false;
}

function lookUp(device: Backend, structure: Structure, nodes: readonly Node[], outputs: readonly Value[]): Program {
  let cache = caches.get(device);
  if (cache === undefined) {
    const drop = (program: Program): void => {
      device.release(program);
      device.release(program.executable);
    };
    caches.set(device, (cache = new ProgramCache(maxPrograms, drop)));
  }
  const hit = cache.find(structure.key);
  if (hit !== undefined) return hit;
  const { hash } = structure.key;
  const key = structure.key.copy();
  const program = device.bind(device.compile(graphOf(structure, nodes, outputs)), []);
  cache.add(hash, key, program);
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
