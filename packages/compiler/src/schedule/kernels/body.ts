import { isInteger } from "@neurite/core";
import { isMemoryParameter, isView } from "../../ir/classify.ts";
import type { IrNode } from "../../ir/node.ts";
import type { Block, Body, Instruction, Store, View } from "../../plan/plan.ts";
import { type FlatMap, type IndexMap, flatten, rowMajorMap, throughBroadcast, throughView } from "../../views/index-map.ts";
import { contiguousStrides, sameNumbers } from "../../views/strides.ts";
import { memoryView, stripReshape } from "../memory-view.ts";
import { collapseGroups } from "../realize.ts";
import type { Result, Sites, Slots } from "../slots.ts";

/** What lowering needs to know of the whole plan. */
export interface LoweringContext {
  readonly slots: Slots;
  readonly sites: Sites;
  /** Compiles the body of a branch or loop, whose parameters have slots, into kernels over slots. */
  readonly compileBlock: (nodes: readonly IrNode[], results: readonly Result[]) => CompiledBlock;
}

export interface CompiledBlock {
  readonly block: Block;
  /** The slot of each result; null for what is updated with its old contents. */
  readonly placed: readonly (number | null)[];
}

/** Where a kernel puts a value: at `offset + Σ index[i] * strides[i]` of a slot, over the value's shape. */
export interface Target {
  readonly slot: number;
  readonly offset: number;
  readonly strides: readonly number[];
}

/** `value` row-major from the start of `slot`. */
export function wholeTarget(slot: number, shape: readonly number[]): Target {
  return { slot, offset: 0, strides: contiguousStrides(shape) };
}

interface Known {
  readonly flat: FlatMap;
  readonly instruction: number;
}

/** What a value became through one map, and through the maps before it. */
interface Emitted {
  readonly map: IndexMap;
  readonly instruction: number;
  readonly before: Emitted | undefined;
}

/**
 * Writes the vector program of one kernel over `space`. An expression is emitted once for each index map it is read through;
 * equal instructions are one instruction.
 */
export class BodyBuilder {
  readonly space: readonly number[];
  readonly operands: View[] = [];
  readonly instructions: Instruction[] = [];
  readonly stores: Store[] = [];
  readonly #context: LoweringContext;
  /** Values that this kernel itself computes and users read at the same index. */
  #local: Map<IrNode, Known> | null = null;
  /** By map as an object: equal maps of different objects are found equal by their instructions. */
  #emitted: Map<IrNode, Emitted> | null = null;
  #lastMap: { readonly shape: readonly number[]; readonly extra: number; readonly map: IndexMap } | null = null;
  /** What the last operand was read through: operands of one shape mostly come by one map. */
  #last: { readonly map: IndexMap; readonly shape: readonly number[]; readonly flat: FlatMap } | null = null;

  constructor(context: LoweringContext, space: readonly number[]) {
    this.#context = context;
    this.space = space;
  }

  body(): Body {
    return { operands: this.operands, instructions: this.instructions, stores: this.stores };
  }

  /** {@link rowMajorMap} over the space; the same object for values of one shape that come one after the other. */
  rowMajor(shape: readonly number[], extra = 0): IndexMap {
    const last = this.#lastMap;
    if (last !== null && last.extra === extra && sameNumbers(last.shape, shape)) return last.map;
    const map = rowMajorMap(shape, this.space, extra);
    this.#lastMap = { shape, extra, map };
    return map;
  }

  instruction(instruction: Instruction): number {
    const { instructions } = this;
    // Bodies are short: to look at what is there is quicker than to keep an index of it.
    for (let i = instructions.length - 1; i >= 0; i--) if (sameInstruction(instructions[i] as Instruction, instruction)) return i;
    return instructions.push(instruction) - 1;
  }

  /** Makes `instruction` stand for `node` seen through `map`. */
  define(node: IrNode, map: IndexMap, instruction: number): void {
    this.#local ??= new Map();
    this.#local.set(node, { flat: flatten(map, node.shape), instruction });
  }

  /** The instruction that computes `node` by its own op, even where the node lies in memory for others. */
  compute(node: IrNode, map: IndexMap): number {
    if (isView(node)) {
      const operand = throughView(node, map);
      if (operand !== null) return this.value(node.inputs[0] as IrNode, operand);
      return this.#load(node, map);
    }
    switch (node.op) {
      case "parameter":
        if (node.params.kind === "scalar") return this.instruction({ op: "scalar", dtype: node.dtype, index: node.params.index });
        return this.#load(node, map);
      case "constant":
        return this.instruction({ op: "constant", dtype: node.dtype, value: constantOf(node.params.value) });
      case "iota": {
        const axis = map.axes[node.params.axis];
        const index = this.instruction({
          op: "index",
          dtype: "int32",
          base: axis?.base ?? 0,
          strides: axis?.factors ?? new Array<number>(map.rank).fill(0),
        });
        return node.dtype === "int32" ? index : this.instruction({ op: "cast", dtype: node.dtype, args: [index] });
      }
      case "random_bits": {
        const flat = flatten(map, node.shape);
        const counter = this.instruction({ op: "index", dtype: "int32", base: flat.offset, strides: flat.strides });
        const operand = this.#operand(this.#key(node.inputs[0] as IrNode));
        return this.instruction({ op: "random", dtype: "uint32", operand, args: [counter] });
      }
      case "check": {
        const args = this.#arguments(node, map) as [number, number];
        return this.instruction({ op: "check", dtype: node.dtype, site: this.#context.sites.of(node, node.params.message), args });
      }
      case "div":
      case "rem": {
        const { op, dtype } = node;
        const args = this.#arguments(node, map);
        if (!isInteger(dtype)) return this.instruction({ op, dtype, args });
        return this.instruction({ op, dtype, args, site: this.#context.sites.of(node, "integer division by zero") });
      }
      default:
        return this.instruction({ op: node.op, dtype: node.dtype, args: this.#arguments(node, map) } as Instruction);
    }
  }

  /** The instruction whose value is `node` at `map`: computed here, loaded, or emitted now. */
  value(node: IrNode, map: IndexMap): number {
    const base = stripReshape(node);
    const local = this.#local?.get(base);
    if (local !== undefined) {
      const flat = this.#flatten(map, node.shape);
      if (flat.offset !== local.flat.offset || !sameNumbers(flat.strides, local.flat.strides)) {
        throw new Error(`[compiler] a kernel reads ${base.op} at another index than it computes it`);
      }
      return local.instruction;
    }
    if (isMemoryParameter(base) || this.#context.slots.of.has(base)) return this.#load(node, map);
    const before = this.#emitted?.get(node);
    for (let known = before; known !== undefined; known = known.before) if (known.map === map) return known.instruction;
    const instruction = this.compute(node, map);
    this.#emitted ??= new Map();
    this.#emitted.set(node, { map, instruction, before });
    return instruction;
  }

  store(value: number, target: Target, map: IndexMap): void {
    let offset = target.offset;
    const strides = new Array<number>(map.rank).fill(0);
    for (let i = 0; i < map.axes.length; i++) {
      const { base, factors } = map.axes[i] as IndexMap["axes"][number];
      const stride = target.strides[i] as number;
      offset += base * stride;
      for (let j = 0; j < map.rank; j++) strides[j] = (strides[j] as number) + (factors[j] as number) * stride;
    }
    this.stores.push({ value, view: { buffer: target.slot, offset, strides } });
  }

  #arguments(node: IrNode, map: IndexMap): number[] {
    const { inputs, shape } = node;
    const args = new Array<number>(inputs.length);
    for (let i = 0; i < inputs.length; i++) {
      const input = inputs[i] as IrNode;
      args[i] = this.value(input, throughBroadcast(map, input.shape, shape));
    }
    return args;
  }

  #load(node: IrNode, map: IndexMap): number {
    const base = stripReshape(node);
    const slot = this.#context.slots.of.get(base);
    if (slot === undefined) throw new Error(`[compiler] ${node.op} is read from memory but has none`);
    const { offset, strides } = this.#flatten(map, node.shape);
    return this.instruction({ op: "load", dtype: node.dtype, operand: this.#operand({ buffer: slot, offset, strides }) });
  }

  /** The two words of a random key, for every index. */
  #key(key: IrNode): View {
    const of = this.#context.slots.of;
    const view = memoryView(key, rowMajorMap(key.shape, [2]), (node) => of.has(node));
    if (view === null || view.strides[0] !== 1) throw new Error("[compiler] a random key is not two neighbouring words");
    return { buffer: of.get(view.base) as number, offset: view.offset, strides: new Array<number>(this.space.length).fill(0) };
  }

  #flatten(map: IndexMap, shape: readonly number[]): FlatMap {
    const last = this.#last;
    if (last !== null && last.map === map && sameNumbers(last.shape, shape)) return last.flat;
    const flat = flatten(map, shape);
    this.#last = { map, shape, flat };
    return flat;
  }

  /** Of the few operands of a kernel the same one, or a new one. */
  #operand({ buffer, offset, strides }: View): number {
    const { operands } = this;
    for (let i = 0; i < operands.length; i++) {
      const known = operands[i] as View;
      if (known.buffer === buffer && known.offset === offset && sameNumbers(known.strides, strides)) return i;
    }
    return operands.push({ buffer, offset, strides }) - 1;
  }
}

/** As a number where one holds it exactly. */
function constantOf(value: number | bigint | boolean): number | bigint {
  if (typeof value === "bigint" && !Number.isSafeInteger(Number(value))) return value;
  return Number(value);
}

/** True for instructions that compute the same. */
function sameInstruction(a: Instruction, b: Instruction): boolean {
  if (a.op !== b.op || a.dtype !== b.dtype) return false;
  switch (a.op) {
    case "load":
      return a.operand === (b as typeof a).operand;
    case "constant":
      return Object.is(a.value, (b as typeof a).value);
    case "scalar":
    case "result":
      return a.index === (b as typeof a).index;
    case "index":
      return a.base === (b as typeof a).base && sameNumbers(a.strides, (b as typeof a).strides);
    case "random":
      return a.operand === (b as typeof a).operand && a.args[0] === (b as typeof a).args[0];
    case "row_reduce":
      return a.reduce === (b as typeof a).reduce && a.args[0] === (b as typeof a).args[0];
    default:
      return a.site === (b as typeof a).site && sameNumbers(a.args, (b as typeof a).args);
  }
}

/** A view of memory for kernels that take one themselves, with one stride for each axis of `node.shape`. */
export function operandView(context: LoweringContext, node: IrNode, map: IndexMap): View {
  const of = context.slots.of;
  const view = memoryView(node, map, (value) => of.has(value));
  if (view === null) throw new Error(`[compiler] an operand (${node.op}) is not a view of memory`);
  return { buffer: of.get(view.base) as number, offset: view.offset, strides: view.strides };
}

/** A view of `node` in memory with its axes in groups of the given lengths: one stride a group. */
export function groupedView(context: LoweringContext, node: IrNode, groups: readonly number[]): View {
  const { buffer, offset, strides } = operandView(context, node, axesMap(node.shape));
  const collapsed = collapseGroups(node.shape, strides, groups);
  if (collapsed === null) throw new Error(`[compiler] an operand (${node.op}) is not walked by one stride for each group of axes`);
  return { buffer, offset, strides: collapsed };
}

/** The identity map of a value's own axes, those of size 1 included. */
export function axesMap(shape: readonly number[]): IndexMap {
  return {
    rank: shape.length,
    axes: shape.map((_, i) => ({ base: 0, factors: shape.map((_dim, j) => (i === j ? 1 : 0)) })),
  };
}
