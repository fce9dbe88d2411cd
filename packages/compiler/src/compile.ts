import { type Graph, type PrimitiveName, bytesPerElement } from "@neurite/core";
import type { IrGraph } from "./ir/node.ts";
import { planArena } from "./memory/liveness.ts";
import { updatesInPlace } from "./memory/in-place.ts";
import { importGraph } from "./passes/inline-composites.ts";
import type { DTypeLowering } from "./passes/lower-dtypes.ts";
import { improve } from "./peephole/peephole.ts";
import { bytesMovedBy, flopsOf } from "./plan/estimate.ts";
import type { Buffer, Kernel, LoopKernel, Plan } from "./plan/plan.ts";
import { hasSite, mapViews, readsOf, writesOf } from "./plan/views.ts";
import { dependencyGraph } from "./schedule/dependencies.ts";
import { lowerGroup } from "./schedule/groups.ts";
import type { LoweringContext } from "./schedule/kernels/body.ts";
import { labelOf } from "./schedule/labels.ts";
import { orderKernels } from "./schedule/order.ts";
import { partition } from "./schedule/partition.ts";
import { chooseRealized } from "./schedule/realize.ts";
import { Sites, type Slots, assignSlots } from "./schedule/slots.ts";
import { makeUnits } from "./schedule/units.ts";

/** Passes that can be turned off, to find out which one is to blame. All are on unless said otherwise. */
export interface Passes {
  readonly simplify?: boolean;
  readonly commonSubexpressions?: boolean;
  /** Several operations in one kernel. */
  readonly fusion?: boolean;
  /** State updates written straight into the state's buffer where that is safe. */
  readonly inPlace?: boolean;
  /** Superinstructions, and adjacent axes walked as one. */
  readonly peephole?: boolean;
}

export interface CompileOptions {
  /** Composites that the backend has its own kernels for. Plans have no such kernels yet: all composites are inlined. */
  readonly composites?: ReadonlySet<string>;
  /** Primitives that the backend refuses, with the reason: "is not on the cpu backend yet". */
  readonly unsupported?: ReadonlyMap<PrimitiveName, string>;
  /** Families of dtypes whose structured primitives the backend has no kernels for: they are computed in others. Default: none. */
  readonly lowering?: ReadonlySet<DTypeLowering>;
  readonly passes?: Passes;
}

/**
 * Turns `graph` into a plan: kernels in the order they run, over buffers with fixed places.
 *
 * Throws DeviceError for a primitive that the backend refuses or that has no compiled kernel.
 */
export function compileGraph(graph: Graph, options: CompileOptions = {}): Plan {
  const { simplify = true, commonSubexpressions = true, fusion = true, inPlace = true, peephole = true } = options.passes ?? {};
  const ir = importGraph(graph, {
    simplify,
    commonSubexpressions,
    unsupported: options.unsupported ?? new Map(),
    lowering: options.lowering ?? new Set(),
  });
  const slots = assignSlots(ir, chooseRealized(ir, fusion));
  const context: LoweringContext = { slots, sites: new Sites() };
  const groups = partition(makeUnits(ir, context), slots, fusion);
  const kernels = groups.map((group) => lowerGroup(group, context));
  const labels = kernels.map((kernel, i) => labelOf(kernel, groups[i]?.units ?? []));
  const scheduled = schedule(
    kernels,
    groups.map((group) => group.units[0]?.order ?? 0),
    slots,
    inPlace,
  );
  const improved = peephole ? kernels.map(improve) : kernels;
  return assemble(ir, slots, context.sites, scheduled, improved, labels);
}

interface Schedule {
  /** Indices of kernels. */
  readonly order: readonly number[];
  /** Update slots that are their state's slot. */
  readonly inPlace: ReadonlyMap<number, number>;
}

/**
 * Orders kernels and decides which state updates happen in place.
 *
 * A run commits all of its updates or none. What can fail in the middle of a run is a check or an index out of range, found by
 * the kernels with sites; so they run before the kernels that write states in place, wherever the program's own dependencies
 * allow. What remains: a check on something computed *from* an updated state (a counter that was just incremented) is found
 * after that state was written. The runtime stops before the next kernel, so only states on the way to the check are new.
 */
function schedule(kernels: readonly Kernel[], programOrder: readonly number[], slots: Slots, allowInPlace: boolean): Schedule {
  const accesses = kernels.map((kernel) => ({
    reads: [...new Set(readsOf(kernel).map(({ view }) => view.buffer))],
    writes: writesOf(kernel).map((view) => ({ slot: view.buffer, whole: fillsSlot(kernel, slots) })),
  }));
  const byProgram = kernels.map((_, i) => i);
  const commit = kernels.length;
  const graph = dependencyGraph(accesses, slots.all.length, 1);
  const inPlace = allowInPlace ? updatesInPlace(kernels, slots, graph) : new Map<number, number>();
  kernels.forEach((kernel, i) => {
    if (hasSite(kernel)) graph.tryEdge(i, commit);
  });
  if ((graph.predecessors[commit] as Set<number>).size > 0) {
    for (const i of byProgram) if (accesses[i]?.writes.some(({ slot }) => inPlace.has(slot))) graph.tryEdge(commit, i);
  }
  const inArena = (slot: number): boolean => {
    const kind = slots.all[slot]?.place.kind;
    return kind === "arena" || (kind === "update" && !inPlace.has(slot));
  };
  const items = accesses.map((access, i) => ({
    order: programOrder[i] as number,
    reads: access.reads.filter(inArena),
    writes: [...new Set(access.writes.map(({ slot }) => slot))].filter(inArena),
  }));
  // The commit and the graph's joints are no kernels.
  while (items.length < graph.successors.length) items.push({ order: 0, reads: [], writes: [] });
  const order = orderKernels(items, graph, (slot) => bytesOf(slots, slot)).filter((node) => node < commit);
  return { order, inPlace };
}

function bytesOf(slots: Slots, slot: number): number {
  const { size, dtype } = slots.all[slot] as { size: number; dtype: Buffer["dtype"] };
  return size * bytesPerElement(dtype);
}

/** True if the kernel writes all of a slot that other kernels may write to afterwards. */
function fillsSlot(kernel: Kernel, slots: Slots): boolean {
  if (kernel.kind !== "loop") return true;
  const written = kernel.shape.reduce((size, dim) => size * dim, 1);
  return writesOf(kernel).some((view) => slots.all[view.buffer]?.size === written);
}

function assemble(
  ir: IrGraph,
  slots: Slots,
  sites: Sites,
  { order, inPlace }: Schedule,
  unordered: readonly Kernel[],
  unorderedLabels: readonly string[],
): Plan {
  const kernels = order.map((i) => unordered[i] as Kernel);
  const labels = order.map((i) => unorderedLabels[i] as string);
  const stateSlots: number[] = [];
  slots.all.forEach(({ place }, slot) => {
    if (place.kind === "state") stateSlots[place.index] = slot;
  });
  // Updates that could not be made in place are copied when all else has run.
  slots.all.forEach(({ place, size, dtype }, slot) => {
    if (place.kind !== "update" || inPlace.has(slot) || size === 0) return;
    kernels.push(copyKernel(slot, stateSlots[place.index] as number, size, dtype));
    labels.push("update");
  });
  const arena = planArena(kernels, slots, (slot) => {
    const kind = slots.all[slot]?.place.kind;
    return kind === "arena" || (kind === "update" && !inPlace.has(slot));
  });

  const buffers: Buffer[] = [];
  const bufferOf: number[] = [];
  slots.all.forEach(({ dtype, size, place }, slot) => {
    if (inPlace.has(slot)) return;
    const inArena = place.kind === "arena" || place.kind === "update";
    const offset = arena.offsets.get(slot);
    if (inArena && offset === undefined) return;
    bufferOf[slot] = buffers.length;
    buffers.push({ dtype, size, location: inArena ? { kind: "arena", offset: offset as number } : place });
  });
  for (const [slot, state] of inPlace) bufferOf[slot] = bufferOf[state] as number;
  const placed = kernels.map((kernel) => mapViews(kernel, (view) => ({ ...view, buffer: bufferOf[view.buffer] as number })));
  const used = placed.map((kernel, i) => ({ kernel, label: labels[i] as string })).filter(({ kernel }) => !isIdle(kernel));
  return {
    buffers,
    kernels: used.map(({ kernel }) => kernel),
    labels: used.map(({ label }) => label),
    arenaBytes: arena.bytes,
    outputBytes: ir.outputs.map((node) => node.size * bytesPerElement(node.dtype)),
    inputs: ir.inputs.length,
    states: ir.states.length,
    scalars: ir.scalars.length,
    sites: sites.all,
    flops: used.reduce((sum, { kernel }) => sum + flopsOf(kernel), 0),
    bytesMoved: used.reduce((sum, { kernel }) => sum + bytesMovedBy(kernel, buffers), 0),
  };
}

function copyKernel(from: number, to: number, size: number, dtype: Buffer["dtype"]): LoopKernel {
  const view = { offset: 0, strides: [1] };
  return {
    kind: "loop",
    shape: [size],
    row: false,
    operands: [{ buffer: from, ...view }],
    instructions: [{ op: "load", dtype, operand: 0 }],
    stores: [{ value: 0, view: { buffer: to, ...view } }],
  };
}

/** A copy of a buffer onto itself: what is left of a scatter's first step when it works in place. */
function isIdle(kernel: Kernel): boolean {
  if (kernel.kind !== "loop" || kernel.instructions.length !== 1 || kernel.instructions[0]?.op !== "load") return false;
  const from = kernel.operands[kernel.instructions[0].operand];
  return kernel.stores.every(
    ({ view }) =>
      view.buffer === from?.buffer && view.offset === from.offset && view.strides.every((stride, axis) => stride === from.strides[axis]),
  );
}
