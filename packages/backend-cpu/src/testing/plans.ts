/** Writing plans by hand and running them, for tests. */
import type { Body, Buffer, Instruction, Kernel, Location, Plan, Site, View } from "@neurite/compiler";
import { bytesPerElement, viewArray } from "@neurite/core";
import type { DType, Graph, Program, Storage, TypedArray, Value } from "@neurite/core";
import { CpuBackend } from "../backend.ts";
import { loadNative } from "../native.ts";
import type { CpuOptions } from "../options.ts";
import { resolveOptions } from "../options.ts";

/** A backend as `cpu()` makes it, with its own type. */
export function makeBackend(options: CpuOptions = {}): CpuBackend {
  const loaded = loadNative(options.finalizers);
  return new CpuBackend(loaded, resolveOptions(options, loaded.native));
}

/** Every instruction set of this machine with 1 and 2 threads. */
export function eachBackend(): CpuBackend[] {
  const sets = loadNative().native.instructionSets() as CpuOptions["instructionSet"][];
  return sets.flatMap((instructionSet) => [1, 2].map((threads) => makeBackend({ instructionSet, threads })));
}

/** A graph that stands for a plan made by hand: only its lengths matter. */
function graphLike({ inputs, states, scalars, outputBytes }: Plan): Graph {
  const values = (length: number): readonly Value[] => new Array<Value>(length);
  return {
    inputs: values(inputs),
    state: values(states),
    scalars: values(scalars),
    outputs: values(outputBytes.length),
    updates: [],
    nodes: [],
  };
}

export interface BufferSpec {
  readonly dtype: DType;
  readonly size: number;
  /** Arena buffers get an offset of their own. */
  readonly kind: Exclude<Location["kind"], "slice">;
}

/** A plan over buffers numbered in order; inputs, states and outputs too are numbered as they come. */
export function makePlan(buffers: readonly BufferSpec[], kernels: readonly Kernel[], extra: Partial<Plan> = {}): Plan {
  const counts = { input: 0, state: 0, output: 0 };
  let arenaBytes = 0;
  const outputBytes: number[] = [];
  const placed = buffers.map(({ dtype, size, kind }): Buffer => {
    const bytes = size * bytesPerElement(dtype);
    if (kind === "arena") {
      const offset = arenaBytes;
      arenaBytes = Math.ceil((arenaBytes + bytes) / 64) * 64;
      return { dtype, size, location: { kind, offset } };
    }
    if (kind === "output") outputBytes.push(bytes);
    return { dtype, size, location: { kind, index: counts[kind]++ } };
  });
  return {
    buffers: placed,
    kernels,
    labels: kernels.map(() => ""),
    arenaBytes,
    outputBytes,
    inputs: counts.input,
    states: counts.state,
    scalars: 0,
    sites: [] as Site[],
    flops: 0,
    bytesMoved: 0,
    ...extra,
  };
}

/** Strides of a row-major array. */
export function contiguous(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1] * shape[axis + 1];
  return strides;
}

export function view(buffer: number, strides: readonly number[], offset = 0): View {
  return { buffer, offset, strides };
}

/** A body that loads every operand in order, then runs `instructions`, and stores by instruction number. */
export function makeBody(
  plan: readonly BufferSpec[],
  operands: readonly View[],
  instructions: readonly Instruction[],
  stores: readonly (readonly [number, View])[],
): Body {
  const loads = operands.map((operand, i): Instruction => ({ op: "load", dtype: plan[operand.buffer].dtype, operand: i }));
  return { operands, instructions: [...loads, ...instructions], stores: stores.map(([value, target]) => ({ value, view: target })) };
}

export function upload(backend: CpuBackend, data: TypedArray): Storage {
  const storage = backend.alloc(data.byteLength);
  backend.write(storage, data);
  return storage;
}

export function download<D extends DType>(backend: CpuBackend, dtype: D, storage: Storage): TypedArray {
  return viewArray(dtype, backend.readSync(storage, 0, storage.bytes)) as TypedArray;
}

export interface PlanResult {
  readonly outputs: TypedArray[];
  readonly states: TypedArray[];
}

/** Compiles, binds and runs `plan` once. */
export function runPlan(
  backend: CpuBackend,
  plan: Plan,
  inputs: readonly TypedArray[],
  states: readonly TypedArray[] = [],
  scalars: readonly number[] = [],
): PlanResult {
  const { program, storages } = bindPlan(backend, plan, states);
  const outputs = backend.run(
    program,
    inputs.map((data) => upload(backend, data)),
    scalars,
  );
  const dtypeOf = (kind: Location["kind"], index: number): DType =>
    (plan.buffers.find(({ location }) => location.kind === kind && (location as { index: number }).index === index) as Buffer).dtype;
  return {
    outputs: outputs.map((storage, i) => download(backend, dtypeOf("output", i), storage)),
    states: storages.map((storage, i) => download(backend, dtypeOf("state", i), storage)),
  };
}

/** Compiles `plan` and binds it to new storages that hold `states`. */
export function bindPlan(backend: CpuBackend, plan: Plan, states: readonly TypedArray[] = []): { program: Program; storages: Storage[] } {
  const storages = states.map((data) => upload(backend, data));
  return { program: backend.bind(backend.load(graphLike(plan), plan), storages), storages };
}

/** Numbers in [0, 1) from a seed. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
