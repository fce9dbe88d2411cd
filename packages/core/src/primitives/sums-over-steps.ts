/**
 * Sums over the steps of a loop that need not be made step by step. What every step adds to the gradient of a weight is mostly a
 * product of two small matrices: stacked along the steps, their products are one large product, read once and written once.
 */
import type { Node, Value } from "../graph/value.ts";
import { add, dot, neg, reduce, reshape, transpose } from "./build.ts";

/** Gives a value of one step for all steps, along a leading axis. */
type StackOf = (value: Value) => Value;

/** How to make the sum of a value over all steps when the loop has ended. */
type Total = (stackOf: StackOf) => Value;

/** A sum taken apart: what stacks give, and the terms that each step must add by itself. */
export interface SumOverSteps {
  readonly total: Total | null;
  readonly rest: Value | null;
}

/** Stacks may take so many times the elements of the sum that they give. */
const mostStacked = 4;

/** Finds the terms of a step's value whose sum over all steps is made of stacks. */
export class SumsOverSteps {
  /** What must be stacked besides what is anyway, in the order it was asked for. */
  readonly stacked: Set<Value> = new Set();
  /** All values whose stacks are needed. */
  readonly needed: Set<Value> = new Set();
  readonly #length: number;
  readonly #existing: ReadonlySet<Value>;

  /** @param existing Values that are stacked whether or not anybody sums them. */
  constructor(length: number, existing: readonly Value[]) {
    this.#length = length;
    this.#existing = new Set(existing);
  }

  of(value: Value): SumOverSteps {
    const node = value.node;
    if (node !== null && node.outputs.length === 1) {
      switch (node.op) {
        case "add": {
          const [a, b] = node.inputs as [Value, Value];
          if (a.shape.length !== value.shape.length || b.shape.length !== value.shape.length) break;
          if (![a, b].every(({ shape }) => shape.every((dim, axis) => dim === value.shape[axis]))) break;
          return join(this.of(a), this.of(b));
        }
        case "neg":
          return through(this.of(node.inputs[0] as Value), neg);
        case "reshape":
          return through(this.of(node.inputs[0] as Value), (x) => reshape(x, value.shape));
        case "transpose": {
          const { permutation } = (node as Node<"transpose">).params;
          return through(this.of(node.inputs[0] as Value), (x) => transpose(x, permutation));
        }
        case "reduce": {
          const { op, axes } = (node as Node<"reduce">).params;
          const [x] = node.inputs as [Value];
          if (op !== "sum" || !this.#take(value, [x], 1)) break;
          return { total: (stackOf) => reduce("sum", this.#stack(x, stackOf), [0, ...axes.map((axis) => axis + 1)]), rest: null };
        }
        case "dot": {
          const [lhs, rhs] = node.inputs as [Value, Value];
          if (!this.#take(value, [lhs, rhs], mostStacked)) break;
          return { total: (stackOf) => this.#product(this.#stack(lhs, stackOf), this.#stack(rhs, stackOf)), rest: null };
        }
        default:
      }
    }
    return { total: null, rest: value };
  }

  /** Asks for stacks of `operands`, unless they are too large for the sum they give. */
  #take(sum: Value, operands: readonly Value[], atMost: number): boolean {
    const bases = new Set(operands.map((operand) => this.#base(operand)));
    let elements = 0;
    for (const base of bases) if (!this.#isStacked(base)) elements += sizeOf(base.shape);
    if (!(elements <= atMost * sizeOf(sum.shape))) return false;
    for (const base of bases) {
      this.needed.add(base);
      if (!this.#existing.has(base)) this.stacked.add(base);
    }
    return true;
  }

  #isStacked(value: Value): boolean {
    return this.#existing.has(value) || this.stacked.has(value);
  }

  /** What of `value` to stack: what it is a reshape or transpose of. */
  #base(value: Value): Value {
    let base = value;
    while (!this.#isStacked(base) && (base.node?.op === "reshape" || base.node?.op === "transpose")) base = base.node.inputs[0] as Value;
    return base;
  }

  /** `value` of all steps: the stack of what it is a view of, seen the same way. */
  #stack(value: Value, stackOf: StackOf): Value {
    const { node } = value;
    if (!this.#isStacked(value) && node?.op === "reshape") {
      return reshape(this.#stack(node.inputs[0] as Value, stackOf), [this.#length, ...value.shape]);
    }
    if (!this.#isStacked(value) && node?.op === "transpose") {
      const { permutation } = (node as Node<"transpose">).params;
      return transpose(this.#stack(node.inputs[0] as Value, stackOf), [0, ...permutation.map((axis) => axis + 1)]);
    }
    return stackOf(value);
  }

  /** Σ over steps of lhs [T, ...batch, M, K] · rhs [T, ...batch, K, N]: the steps are one more part of the axis that is summed. */
  #product(lhs: Value, rhs: Value): Value {
    const rank = lhs.shape.length;
    const batch = Array.from({ length: rank - 3 }, (_, axis) => axis + 1);
    const left = transpose(lhs, [...batch, rank - 2, 0, rank - 1]);
    const right = transpose(rhs, [...batch, 0, rank - 2, rank - 1]);
    const [m, k] = lhs.shape.slice(-2) as [number, number];
    const n = rhs.shape.at(-1) as number;
    const outer = lhs.shape.slice(1, -2);
    return dot(reshape(left, [...outer, m, this.#length * k]), reshape(right, [...outer, this.#length * k, n]));
  }
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, dim) => size * dim, 1);
}

function through({ total, rest }: SumOverSteps, view: (x: Value) => Value): SumOverSteps {
  return { total: total && ((stackOf) => view(total(stackOf))), rest: rest && view(rest) };
}

function join(a: SumOverSteps, b: SumOverSteps): SumOverSteps {
  const both =
    (x: Total, y: Total): Total =>
    (stackOf) =>
      add(x(stackOf), y(stackOf));
  return {
    total: a.total && b.total ? both(a.total, b.total) : (a.total ?? b.total),
    rest: a.rest && b.rest ? add(a.rest, b.rest) : (a.rest ?? b.rest),
  };
}
