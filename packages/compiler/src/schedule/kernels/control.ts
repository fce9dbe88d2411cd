/** Branches and loops: their bodies compiled as blocks of kernels that share the slots of the program around them. */
import type { IrBody, IrNode, IrNodeOf } from "../../ir/node.ts";
import type { Block, ControlKernel, View } from "../../plan/plan.ts";
import { mapViews } from "../../plan/views.ts";
import { stripReshape } from "../memory-view.ts";
import { sliceView } from "../realize.ts";
import type { Place, Result, Slot, Slots } from "../slots.ts";
import type { LoweringContext } from "./body.ts";

/** A branch or loop with what the program around it must know. */
export interface Control {
  readonly kernel: ControlKernel;
  /** What must lie in a slot before the kernel runs. */
  readonly initial: readonly { readonly value: IrNode; readonly slot: number }[];
  /** Slots of that program that it reads and writes. */
  readonly reads: readonly number[];
  readonly writes: readonly number[];
}

type ControlNode = IrNodeOf<"cond"> | IrNodeOf<"while"> | IrNodeOf<"scan">;

/** `parts`: the projections of `node` by index; those that nobody needs are missing. */
export function controlKernel(node: ControlNode, parts: readonly (IrNode | undefined)[], context: LoweringContext): Control {
  switch (node.op) {
    case "cond":
      return condKernel(node, parts, context);
    case "while":
      return whileKernel(node, parts, context);
    case "scan":
      return scanKernel(node, parts, context);
  }
}

const elementOf = (slot: number): View => ({ buffer: slot, offset: 0, strides: [] });

/** The slot that a value of the enclosing program lies in. */
function slotOf(context: LoweringContext, node: IrNode): number {
  const slot = context.slots.of.get(stripReshape(node));
  if (slot === undefined) throw new Error(`[compiler] an operand (${node.op}) of a branch or loop is not in memory`);
  return slot;
}

const wholePart = (of: number): Place => ({ kind: "part", of, offset: 0, step: 0 });

/** Where an output goes: the slot of its projection, or one that nobody reads. */
function outputSlot(slots: Slots, part: IrNode | undefined, like: IrNode): number {
  const slot = part === undefined ? undefined : slots.of.get(part);
  return slot ?? slots.add(like.dtype, like.size, { kind: "arena" });
}

/** Compiles `body`; its captures lie where `captured` do, and `place` says where its parameters lie and its outputs go. */
function blockOf(
  body: IrBody,
  captured: readonly IrNode[],
  context: LoweringContext,
  place: () => readonly Result[],
): { readonly block: Block; readonly captures: readonly number[]; readonly placed: readonly (number | null)[] } {
  const { slots } = context;
  const captures = captured.map((node) => slotOf(context, node));
  slots.depth++;
  body.captures.forEach((inner, i) => slots.of.set(inner, captures[i] as number));
  const { block, placed } = context.compileBlock(body.nodes, place());
  slots.depth--;
  return { block, captures, placed };
}

/** The block with slots in place of those that turned out to be the same. */
function settled({ kernels, labels }: Block, slots: Slots): Block {
  return {
    kernels: kernels.map((kernel) => mapViews(kernel, (view) => ({ ...view, buffer: slots.resolve(view.buffer, slots.depth) }))),
    labels,
  };
}

function condKernel(node: IrNodeOf<"cond">, parts: readonly (IrNode | undefined)[], context: LoweringContext): Control {
  const { slots } = context;
  const { then, otherwise } = node.params;
  const predicate = slotOf(context, node.inputs[0] as IrNode);
  const writes = then.outputs.map((output, i) => outputSlot(slots, parts[i], output));
  const results = (body: IrBody): Result[] => body.outputs.map((value, i) => ({ value, place: wholePart(writes[i] as number) }));
  const split = 1 + then.captures.length;
  const a = blockOf(then, node.inputs.slice(1, split), context, () => results(then));
  const b = blockOf(otherwise, node.inputs.slice(split), context, () => results(otherwise));
  return {
    kernel: { kind: "cond", predicate: elementOf(predicate), then: settled(a.block, slots), otherwise: settled(b.block, slots) },
    initial: [],
    reads: [predicate, ...a.captures, ...b.captures],
    writes,
  };
}

/** What a loop carries: where it lies between steps, where it starts from, and the body's results that replace it. */
class Carried {
  readonly slots: Slots;
  readonly carried: readonly number[];
  readonly initial: readonly { readonly value: IrNode; readonly slot: number }[];
  constructor(initial: readonly IrNode[], parts: readonly (IrNode | undefined)[], { slots }: LoweringContext) {
    this.slots = slots;
    this.carried = initial.map((value, i) => outputSlot(slots, parts[i], value));
    this.initial = initial.map((value, i) => ({ value, slot: this.carried[i] as number }));
  }

  /** Makes the first parameters of `body` stand for what is carried. */
  enter(body: IrBody): void {
    this.carried.forEach((slot, i) => this.slots.of.set(body.parameters[i] as IrNode, slot));
  }

  /** The first outputs of `body` replace what was carried. */
  results(body: IrBody): Result[] {
    return this.carried.map((of, i) => ({ value: body.outputs[i] as IrNode, place: { kind: "update", of } }));
  }

  /** Once the body is compiled, second places for what could not be replaced in place; `placed`: the slots of the results. */
  swaps(placed: readonly (number | null)[]): [number, number][] {
    const pairs: [number, number][] = [];
    this.carried.forEach((slot, i) => {
      const update = placed[i] ?? null;
      if (update === null || this.slots.resolve(update) !== update) return;
      const { dtype, size } = this.slots.all[update] as Slot;
      const second = this.slots.add(dtype, size, { kind: "arena" });
      this.slots.unite(update, second);
      if (size > 0) pairs.push([slot, second]);
    });
    return pairs;
  }
}

function whileKernel(node: IrNodeOf<"while">, parts: readonly (IrNode | undefined)[], context: LoweringContext): Control {
  const { slots } = context;
  const { test, body, carry, maxIterations } = node.params;
  const carried = new Carried(node.inputs.slice(0, carry), parts, context);
  const predicate = slots.add("bool", 1, { kind: "arena" });
  const split = carry + test.captures.length;
  const tested = blockOf(test, node.inputs.slice(carry, split), context, () => {
    carried.enter(test);
    return [{ value: test.outputs[0] as IrNode, place: wholePart(predicate) }];
  });
  const step = blockOf(body, node.inputs.slice(split), context, () => {
    carried.enter(body);
    return carried.results(body);
  });
  const swaps = carried.swaps(step.placed);
  return {
    kernel: {
      kind: "while",
      test: settled(tested.block, slots),
      predicate: elementOf(predicate),
      body: settled(step.block, slots),
      maxIterations,
      swaps,
    },
    initial: carried.initial,
    reads: [...tested.captures, ...step.captures],
    writes: [...carried.carried, predicate, ...swaps.map(([, second]) => second)],
  };
}

function scanKernel(node: IrNodeOf<"scan">, projections: readonly (IrNode | undefined)[], context: LoweringContext): Control {
  const { slots } = context;
  const { body, carry, xs, length, reverse } = node.params;
  const carried = new Carried(node.inputs.slice(0, carry), projections, context);
  const scanned = node.inputs.slice(carry, carry + xs).map((array) => {
    const view = sliceView(array, (value) => slots.of.has(value));
    if (view === null) throw new Error(`[compiler] what a scan goes over (${array.op}) is not in memory slice by slice`);
    return { slot: slots.of.get(view.base) as number, offset: view.offset, step: view.step };
  });
  const emitted = body.outputs.slice(carry);
  const stacks = emitted.map((value, i) => {
    const part = projections[carry + i];
    return (part && slots.of.get(part)) ?? slots.add(value.dtype, value.size * length, { kind: "arena" });
  });
  const parts: number[] = [];
  const step = blockOf(body, node.inputs.slice(carry + xs), context, () => {
    carried.enter(body);
    scanned.forEach(({ slot, offset, step: apart }, i) => {
      const parameter = body.parameters[carry + i] as IrNode;
      const part = slots.add(parameter.dtype, parameter.size, { kind: "part", of: slot, offset, step: apart });
      slots.of.set(parameter, part);
      parts.push(part);
    });
    const places = emitted.map(({ size }, i): Place => ({ kind: "part", of: stacks[i] as number, offset: 0, step: size }));
    return [...carried.results(body), ...places.map((place, i) => ({ value: emitted[i] as IrNode, place }))];
  });
  parts.push(...step.placed.slice(carry).filter((slot) => slot !== null));
  const slices = parts.filter((slot) => slots.resolve(slot) === slot && (slots.all[slot] as Slot).size > 0);
  const swaps = carried.swaps(step.placed);
  return {
    kernel: { kind: "scan", length, reverse, body: settled(step.block, slots), swaps, slices },
    initial: carried.initial,
    reads: [...scanned.map(({ slot }) => slot), ...step.captures],
    writes: [...carried.carried, ...stacks, ...swaps.map(([, second]) => second)],
  };
}
