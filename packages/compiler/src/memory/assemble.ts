import { bytesPerElement } from "@neurite/core";
import type { IrGraph } from "../ir/node.ts";
import { bytesMovedBy, flopsOf } from "../plan/estimate.ts";
import type { Block, Buffer, Kernel, Location, LoopKernel, Plan } from "../plan/plan.ts";
import { copyKernel } from "../plan/steps.ts";
import { isIdle, mapViews } from "../plan/views.ts";
import type { Sites, Slot, Slots } from "../schedule/slots.ts";
import { planArena } from "./liveness.ts";

/** The plan of a scheduled graph: its slots become buffers with places. */
export function assemblePlan(ir: IrGraph, slots: Slots, sites: Sites, { kernels, labels }: Block): Plan {
  const copies = stateCopies(slots);
  const scheduled: Block = {
    kernels: [...kernels, ...copies].map((kernel) => mapViews(kernel, (view) => ({ ...view, buffer: slots.resolve(view.buffer) }))),
    labels: [...labels, ...copies.map(() => "update")],
  };
  const arena = planArena(scheduled.kernels, slots);
  const buffers: Buffer[] = [];
  const bufferOf: number[] = [];
  slots.all.forEach(({ dtype, size, place }, slot) => {
    if (slots.resolve(slot) !== slot) return;
    const location = locationOf(slot, { size, place }, arena.offsets, (of) => bufferOf[slots.resolve(of)]);
    if (location === null) return;
    bufferOf[slot] = buffers.length;
    buffers.push({ dtype, size, location });
  });
  const placed = withoutIdle({
    kernels: scheduled.kernels.map((kernel) => mapViews(kernel, (view) => ({ ...view, buffer: bufferOf[view.buffer] as number }))),
    labels: scheduled.labels,
  });
  return {
    buffers,
    kernels: placed.kernels,
    labels: placed.labels,
    arenaBytes: arena.bytes,
    outputBytes: ir.outputs.map((node) => node.size * bytesPerElement(node.dtype)),
    inputs: ir.inputs.length,
    states: ir.states.length,
    scalars: ir.scalars.length,
    sites: sites.all,
    flops: placed.kernels.reduce((sum, kernel) => sum + flopsOf(kernel), 0),
    bytesMoved: placed.kernels.reduce((sum, kernel) => sum + bytesMovedBy(kernel, buffers), 0),
  };
}

/** Null for slots that no kernel uses. */
function locationOf(
  slot: number,
  { place, size }: Pick<Slot, "place" | "size">,
  offsets: ReadonlyMap<number, number>,
  bufferOf: (slot: number) => number | undefined,
): Location | null {
  switch (place.kind) {
    case "arena":
    case "update": {
      // Nobody writes what has no elements, and a kernel may read it all the same: a product of nothing is 0.
      const offset = offsets.get(slot) ?? (size === 0 ? 0 : undefined);
      return offset === undefined ? null : { kind: "arena", offset };
    }
    case "part": {
      const of = bufferOf(place.of);
      return of === undefined ? null : { kind: "slice", of, offset: place.offset, step: place.step };
    }
    default:
      return place;
  }
}

/** Updates of states that could not be made in place are copied when all else has run. */
function stateCopies(slots: Slots): LoopKernel[] {
  const copies: LoopKernel[] = [];
  slots.all.forEach(({ place, size, dtype, depth }, slot) => {
    if (place.kind !== "update" || depth > 0 || slots.resolve(slot) !== slot || size === 0) return;
    copies.push(copyKernel(slot, place.of, size, dtype));
  });
  return copies;
}

/** A block without copies of buffers onto themselves. */
function withoutIdle({ kernels, labels }: Block): Block {
  const busy = kernels
    .map((kernel, i) => ({ kernel: cleaned(kernel), label: labels[i] as string }))
    .filter(({ kernel }) => !isIdle(kernel));
  return { kernels: busy.map(({ kernel }) => kernel), labels: busy.map(({ label }) => label) };
}

function cleaned(kernel: Kernel): Kernel {
  switch (kernel.kind) {
    case "scan":
      return { ...kernel, body: withoutIdle(kernel.body) };
    case "while":
      return { ...kernel, test: withoutIdle(kernel.test), body: withoutIdle(kernel.body) };
    case "cond":
      return { ...kernel, then: withoutIdle(kernel.then), otherwise: withoutIdle(kernel.otherwise) };
    default:
      return kernel;
  }
}
