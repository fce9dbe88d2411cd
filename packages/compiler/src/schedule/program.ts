/** From the nodes of a program, a graph's or that of a branch's or loop's body, to kernels in the order they run. */
import { bytesPerElement } from "@neurite/core";
import { type IrNode, sizeOf } from "../ir/node.ts";
import { type Users, usersOf } from "../memory/accesses.ts";
import { updatesInPlace } from "../memory/in-place.ts";
import { improve } from "../peephole/peephole.ts";
import type { Block, Kernel } from "../plan/plan.ts";
import { hasSite, isIdle, mapViews, writesOf } from "../plan/views.ts";
import type { AcyclicGraph } from "./acyclic-graph.ts";
import { dependencyGraph } from "./dependencies.ts";
import { lowerGroup } from "./groups.ts";
import type { CompiledBlock, LoweringContext } from "./kernels/body.ts";
import { labelOf } from "./labels.ts";
import { orderKernels } from "./order.ts";
import { partition } from "./partition.ts";
import { chooseRealized } from "./realize.ts";
import { type Result, type Sites, type Slot, type Slots, assignSlots } from "./slots.ts";
import { makeUnits } from "./units.ts";

export interface ProgramOptions {
  readonly slots: Slots;
  readonly sites: Sites;
  readonly fusion: boolean;
  readonly inPlace: boolean;
  readonly peephole: boolean;
  /** That one kernel may use. */
  readonly mostMemories: number;
}

/** Compiles the program at the depth that `slots` is at. What is updated in place is united with what it replaces. */
export function compileProgram(nodes: readonly IrNode[], results: readonly Result[], options: ProgramOptions): Block {
  return compileBlock(nodes, results, options).block;
}

function compileBlock(nodes: readonly IrNode[], results: readonly Result[], options: ProgramOptions): CompiledBlock {
  const { slots, sites, fusion, mostMemories } = options;
  const context: LoweringContext = { slots, sites, compileBlock: (inner, wanted) => compileBlock(inner, wanted, options) };
  const program = { nodes, results: results.map(({ value }) => value) };
  const { placed, copies } = assignSlots(slots, results, chooseRealized(program, fusion, mostMemories));
  const groups = partition(makeUnits(program, copies, context), slots, fusion, mostMemories);
  const kernels = groups.map((group) => lowerGroup(group, context));
  const order = schedule(
    kernels,
    groups.map((group) => group.units[0]?.order ?? 0),
    placed.filter((slot) => slot !== null),
    options,
  );
  return {
    block: {
      kernels: order.map((i) => (options.peephole ? improve(kernels[i] as Kernel) : (kernels[i] as Kernel))),
      labels: order.map((i) => labelOf(kernels[i] as Kernel, groups[i]?.units ?? [])),
    },
    placed,
  };
}

/**
 * Orders kernels and decides which updates happen in place.
 *
 * A run commits all of its updates or none. What can fail in the middle of a run is a check or an index out of range, found by
 * the kernels with sites; so they run before the kernels that write states in place, wherever the program's own dependencies
 * allow. Where they do not (a check on something computed *from* an updated state), the state is not updated in place: its new
 * contents wait in the arena until nothing can fail any more.
 */
function schedule(
  kernels: readonly Kernel[],
  programOrder: readonly number[],
  placed: readonly number[],
  { slots, inPlace: allowInPlace }: ProgramOptions,
): number[] {
  const { depth } = slots;
  const users = usersOf(kernels, slots, depth);
  const accesses = users.accesses.map(({ reads, writes }, i) => ({
    reads,
    writes: writes.map((slot) => ({ slot, whole: fillsSlot(kernels[i] as Kernel, slots) })),
  }));
  const commit = kernels.length;
  const graph = dependencyGraph(accesses, slots.all.length, 1);
  const inPlace = allowInPlace ? updatesInPlace(kernels, users, slots, placed, graph) : new Map<number, number>();
  // What a loop carries is not there any more when a run has failed.
  if (depth === 0) commitLast(kernels, users.accesses, inPlace, graph, commit);
  const inArena = (slot: number): boolean => {
    const { place, depth: own } = slots.all[slot] as Slot;
    return own === depth && (place.kind === "arena" || (place.kind === "update" && !inPlace.has(slot)));
  };
  const items = users.accesses.map(({ reads, writes }, i) => ({
    order: programOrder[i] as number,
    reads: reads.filter(inArena),
    writes: writes.filter(inArena),
  }));
  // The commit and the graph's joints are no kernels.
  while (items.length < graph.successors.length) items.push({ order: 0, reads: [], writes: [] });
  const order = orderKernels(items, graph, (slot) => bytesOf(slots, slot)).filter((node) => node < commit);
  if (depth === 0) keepUntilSafe(kernels, users, inPlace, order);
  for (const [slot, replaced] of inPlace) slots.unite(slot, replaced);
  return order;
}

/** Takes updates out of `inPlace` that would be written before, or by, a kernel that may still fail. */
function keepUntilSafe(kernels: readonly Kernel[], { writers }: Users, inPlace: Map<number, number>, order: readonly number[]): void {
  const position = new Map(order.map((kernel, at) => [kernel, at]));
  const lastSite = order.findLastIndex((kernel) => hasSite(kernels[kernel] as Kernel));
  if (lastSite < 0) return;
  for (const [slot, replaced] of inPlace) {
    const safe = (writers.get(slot) ?? []).every((kernel) => {
      const at = position.get(kernel) as number;
      // A scatter looks at all of its indices before it writes.
      if (at > lastSite || (at === lastSite && kernels[kernel]?.kind === "scatter")) return true;
      return isIdle(mapViews(kernels[kernel] as Kernel, (view) => (view.buffer === slot ? { ...view, buffer: replaced } : view)));
    });
    if (!safe) inPlace.delete(slot);
  }
}

/** Kernels that may complain go before those that write states in place, where nothing speaks against it. */
function commitLast(
  kernels: readonly Kernel[],
  accesses: readonly { readonly writes: readonly number[] }[],
  inPlace: ReadonlyMap<number, number>,
  graph: AcyclicGraph,
  commit: number,
): void {
  kernels.forEach((kernel, i) => {
    if (hasSite(kernel)) graph.tryEdge(i, commit);
  });
  if ((graph.predecessors[commit] as Set<number>).size === 0) return;
  accesses.forEach(({ writes }, i) => {
    if (writes.some((slot) => inPlace.has(slot))) graph.tryEdge(commit, i);
  });
}

function bytesOf(slots: Slots, slot: number): number {
  const { size, dtype } = slots.all[slot] as Slot;
  return size * bytesPerElement(dtype);
}

/** True if the kernel writes all of a slot that other kernels may write to afterwards. */
function fillsSlot(kernel: Kernel, slots: Slots): boolean {
  if (kernel.kind !== "loop") return true;
  const written = sizeOf(kernel.shape);
  return writesOf(kernel).some((view) => slots.all[view.buffer]?.size === written);
}
