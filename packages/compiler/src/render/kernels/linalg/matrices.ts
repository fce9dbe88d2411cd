import type { BinaryName } from "@neurite/core";
import type { LinalgKernel, View } from "../../../plan/plan.ts";
import type { Writer } from "../../writer.ts";
import { guard } from "../loop.ts";

/**
 * What kernels of matrices are written with. The threads of a workgroup work on one matrix of the batch together, or each thread has one for itself.
 * What is not said to be divided among them, every one of them does. Numbers are names or constants; all are of the kernel's dtype.
 */
export class Matrices {
  readonly writer: Writer;
  readonly kernel: LinalgKernel;
  /** Number of the matrix in the batch. */
  readonly #batch: string;
  readonly #lanes: number;

  /** `width`: rows or columns that work is divided by. */
  constructor(writer: Writer, kernel: LinalgKernel, width: number) {
    this.writer = writer;
    this.kernel = kernel;
    this.#lanes = writer.dialect.team("matrix", width, kernel.batch);
    this.#batch = this.#lanes === 1 ? "thread" : "group";
    if (this.#lanes === 1) guard(writer, kernel.batch);
    else writer.workgroupSize = this.#lanes;
  }

  get threads(): number {
    return this.kernel.batch * this.#lanes;
  }

  /** For each index from `first` to before `limit`, in order. */
  loop(first: number | string, limit: number | string, inside: (index: string) => void): void {
    this.writer.steps(String(first), limit, 1, inside);
  }

  /** For each index from `first` to before `limit`, divided among the threads. */
  each(first: number | string, limit: number | string, inside: (index: string) => void): void {
    if (this.#lanes === 1) return this.loop(first, limit, inside);
    this.writer.steps(first === 0 ? "lane" : `lane + ${first}`, limit, this.#lanes, inside);
  }

  /** For one thread alone. */
  once(inside: () => void): void {
    this.writer.block(this.#lanes === 1 ? "" : "if (lane == 0)", inside);
  }

  /** The threads wait for each other, and see what the others have put in place. Not within {@link each}, nor where numbers decide. */
  sync(): void {
    if (this.#lanes > 1) this.writer.barrier("buffers");
  }

  when(condition: string, inside: () => void): void {
    this.writer.block(`if (${condition})`, inside);
  }

  index(value: string): string {
    return this.writer.index(value);
  }

  /** The element at `at` ([row, column], or [element] of a vector). */
  get(view: View, ...at: readonly string[]): string {
    return this.value(this.writer.load(view, [this.#batch, ...at]));
  }

  put(view: View, at: readonly string[], value: string): void {
    this.writer.store(view, [this.#batch, ...at], value);
  }

  /** An int32 at `at`. */
  getIndex(view: View, at: string): string {
    return this.index(this.writer.dialect.toIndex(this.writer.load(view, [this.#batch, at])));
  }

  putIndex(view: View, at: string, index: string): void {
    this.put(view, [at], this.writer.dialect.fromIndex(index));
  }

  value(text: string): string {
    return this.writer.value(this.kernel.dtype, text);
  }

  variable(value: string): string {
    return this.writer.variable("x", this.kernel.dtype, value);
  }

  set(variable: string, value: string): void {
    this.writer.line(`${variable} = ${value};`);
  }

  number(value: number): string {
    return this.writer.dialect.literal(value, this.kernel.dtype);
  }

  add(a: string, b: string): string {
    return this.#binary("add", a, b);
  }

  sub(a: string, b: string): string {
    return this.#binary("sub", a, b);
  }

  mul(a: string, b: string): string {
    return this.#binary("mul", a, b);
  }

  div(a: string, b: string): string {
    return this.#binary("div", a, b);
  }

  max(a: string, b: string): string {
    return this.#binary("max", a, b);
  }

  /** A bool. */
  less(a: string, b: string): string {
    return this.#comparison("lt", a, b);
  }

  /** A bool. */
  isZero(a: string): string {
    return this.#comparison("eq", a, this.number(0));
  }

  abs(a: string): string {
    return this.writer.dialect.unary("abs", this.kernel.dtype, a);
  }

  neg(a: string): string {
    return this.writer.dialect.unary("neg", this.kernel.dtype, a);
  }

  sqrt(a: string): string {
    return this.writer.dialect.unary("sqrt", this.kernel.dtype, a);
  }

  select(condition: string, a: string, b: string): string {
    return this.writer.dialect.select(condition, a, b);
  }

  /** a · b + c */
  multiplyAdd(a: string, b: string, c: string): string {
    return this.writer.dialect.multiplyAdd(this.kernel.dtype, a, b, c);
  }

  /** A variable: the sum of `term` over `first` to before `limit`, added to `start`. */
  sum(first: number | string, limit: number | string, factors: (index: string) => readonly [string, string], start?: string): string {
    const sum = this.variable(start ?? this.number(0));
    this.loop(first, limit, (i) => this.set(sum, this.multiplyAdd(...factors(i), sum)));
    return sum;
  }

  /** A variable: the largest of magnitudes, or 0. */
  largest(first: number | string, limit: number | string, term: (index: string) => string): string {
    const largest = this.variable(this.number(0));
    this.loop(first, limit, (i) => this.set(largest, this.max(largest, this.abs(term(i)))));
    return largest;
  }

  /** Makes all of these views NaN, given with their rows and columns, where `size`, the largest magnitude of a matrix, is not finite. */
  spoil(size: string, views: readonly (readonly [View, number, number])[]): void {
    const nan = this.value(this.number(NaN));
    this.when(`!(${this.less(size, this.number(Infinity))})`, () => {
      for (const [view, rows, columns] of views) {
        this.each(0, rows, (i) => this.loop(0, columns, (j) => this.put(view, view.strides.length === 2 ? [i] : [i, j], nan)));
      }
    });
  }

  #comparison(op: "lt" | "eq", a: string, b: string): string {
    return this.writer.value("bool", this.writer.dialect.binary(op, this.kernel.dtype, a, b));
  }

  #binary(op: BinaryName, a: string, b: string): string {
    return this.value(this.writer.dialect.binary(op, this.kernel.dtype, a, b));
  }
}

/** `view` of matrices as one of their transposes. */
export function transposed(view: View): View {
  const [batch, row, column] = view.strides as [number, number, number];
  return { ...view, strides: [batch, column, row] };
}

/** Whether it computes in float64, else in float32. */
export const isDouble = ({ kernel }: Matrices): boolean => kernel.dtype === "float64";
