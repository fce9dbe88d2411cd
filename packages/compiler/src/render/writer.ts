import type { DType } from "@neurite/core";
import type { Plan, View } from "../plan/plan.ts";
import type { Memory, Place } from "../plan/steps.ts";
import type { BufferUse, Dialect, Module, ScalarUse } from "./dialect.ts";

/** Collects the statements of one kernel and the buffers it uses. */
export class Writer {
  readonly dialect: Dialect;
  readonly plan: Plan;
  readonly #places: ReadonlyMap<number, Place>;
  /** It may fail. */
  status = false;
  workgroupSize: number;
  readonly #lines: string[] = [];
  readonly #uses: { buffer: number; dtype: DType; written: boolean; memory: number }[] = [];
  readonly memories: Memory[] = [];
  readonly #scalars: ScalarUse[] = [];
  readonly #shared: Module["shared"][number][] = [];
  #barriers = false;
  #names = 0;
  #depth = 1;

  constructor(dialect: Dialect, plan: Plan, places: ReadonlyMap<number, Place>) {
    this.dialect = dialect;
    this.plan = plan;
    this.#places = places;
    this.workgroupSize = dialect.workgroupSize;
  }

  get uses(): readonly BufferUse[] {
    return this.#uses;
  }

  get scalars(): readonly ScalarUse[] {
    return this.#scalars;
  }

  line(text: string): void {
    this.#lines.push("  ".repeat(this.#depth) + text);
  }

  /** `head { inside }`. */
  block(head: string, inside: () => void): void {
    this.line(`${head} {`);
    this.#depth++;
    inside();
    this.#depth--;
    this.line("}");
  }

  /** `for name from 0 to before limit { inside }`; without a loop where there is but one round. */
  loop(limit: number, inside: (name: string) => void, prefix = "i"): void {
    if (limit === 1) return inside("0");
    this.steps("0", limit, 1, inside, prefix);
  }

  /** `for name from first to before limit by step { inside }`. */
  steps(first: string, limit: number | string, step: number, inside: (name: string) => void, prefix = "i"): void {
    const name = this.name(prefix);
    this.block(this.dialect.loop(name, first, String(limit), String(step)), () => inside(name));
  }

  /** A name that nothing has: with a line in it, as i32 is a type. */
  name(prefix: string): string {
    return `${prefix}_${this.#names++}`;
  }

  /** A name for `value`. */
  constant(prefix: string, type: string, value: string): string {
    if (/^(\w+|-?\d+)$/.test(value)) return value;
    const name = this.name(prefix);
    this.line(this.dialect.constant(name, type, value));
    return name;
  }

  index(value: string, prefix = "i"): string {
    return this.constant(prefix, this.dialect.index, value);
  }

  value(dtype: DType, value: string): string {
    const name = this.name("v");
    this.line(this.dialect.constant(name, this.dialect.type(dtype), value));
    return name;
  }

  variable(prefix: string, dtype: DType, value: string): string {
    const name = this.name(prefix);
    this.line(this.dialect.variable(name, this.dialect.type(dtype), value));
    return name;
  }

  indexVariable(prefix: string, value: string): string {
    const name = this.name(prefix);
    this.line(this.dialect.variable(name, this.dialect.index, value));
    return name;
  }

  shared(dtype: DType, length: number): string {
    const name = this.name("shared");
    this.#shared.push({ name, dtype, length });
    return name;
  }

  /** Has the threads of the workgroup wait for each other; they then see what was written to shared arrays, or to buffers. */
  barrier(of: "shared" | "buffers" = "shared"): void {
    this.#barriers = true;
    this.line(of === "shared" ? this.dialect.barrier : this.dialect.bufferBarrier);
  }

  load(view: View, index: readonly string[], extra = 0): string {
    const use = this.#use(view.buffer, false);
    return this.dialect.load(use, this.#dtype(view), place(view, index, extra));
  }

  store(view: View, index: readonly string[], value: string): void {
    const use = this.#use(view.buffer, true);
    this.line(this.dialect.store(use, this.#dtype(view), place(view, index), value));
  }

  scalar(index: number, dtype: DType): string {
    if (!this.#scalars.some((known) => known.index === index)) this.#scalars.push({ index, dtype });
    return this.dialect.scalar(index, dtype);
  }

  /** True if it writes to a state. */
  get changesState(): boolean {
    return this.#uses.some(({ written, memory }) => written && this.memories[memory]?.kind === "state");
  }

  finish(entry: string): string {
    return this.dialect.module({
      entry,
      workgroupSize: this.workgroupSize,
      buffers: this.#uses,
      scalars: this.#scalars,
      status: this.status,
      barriers: this.#barriers,
      shared: this.#shared,
      body: this.#lines.join("\n"),
    });
  }

  #dtype(view: View): DType {
    return (this.plan.buffers[view.buffer] as Plan["buffers"][number]).dtype;
  }

  #use(buffer: number, written: boolean): number {
    const known = this.#uses.findIndex((use) => use.buffer === buffer);
    if (known >= 0) {
      const use = this.#uses[known] as { written: boolean };
      use.written ||= written;
      return known;
    }
    const { memory: own } = this.#places.get(buffer) as Place;
    let memory = this.memories.findIndex(({ kind, index }) => kind === own.kind && index === own.index);
    if (memory < 0) memory = this.memories.push(own) - 1;
    return this.#uses.push({ buffer, dtype: (this.plan.buffers[buffer] as Plan["buffers"][number]).dtype, written, memory }) - 1;
  }
}

/** `view` at `index` as an expression; constants are folded. */
function place(view: View, index: readonly string[], extra = 0): string {
  return linear(view.offset + extra, view.strides, index);
}

/** `base + Σ index · strides`. */
export function linear(base: number, strides: readonly number[], index: readonly string[]): string {
  const terms: string[] = [];
  let constant = base;
  index.forEach((at, axis) => {
    const stride = strides[axis] as number;
    if (stride === 0 || at === "0") return;
    if (/^\d+$/.test(at)) constant += Number(at) * stride;
    else terms.push(stride === 1 ? at : `${at} * ${stride}`);
  });
  if (constant !== 0 || terms.length === 0) terms.push(String(constant));
  return terms.join(" + ").replaceAll("+ -", "- ");
}

/** Names for the row-major coordinates of the flat `position` in `shape`; no division where a dimension is 1 or the last one left. */
export function coordinates(writer: Writer, position: string, shape: readonly number[]): string[] {
  const result = new Array<string>(shape.length).fill("0");
  const axes = shape.map((_, axis) => axis).filter((axis) => shape[axis] !== 1);
  let rest = position;
  for (let i = axes.length - 1; i >= 0; i--) {
    const axis = axes[i] as number;
    if (i === 0) {
      result[axis] = rest;
      break;
    }
    const quotient = writer.index(`${rest} / ${shape[axis]}`);
    result[axis] = writer.index(`${rest} - ${quotient} * ${shape[axis]}`);
    rest = quotient;
  }
  return result;
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, 1);
