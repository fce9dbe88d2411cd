/** Arithmetic of a program under construction, as an expression writes it. Operands broadcast as in NumPy. */
import type { BinaryName, DType, UnaryName } from "@neurite/core";
import type { Builder } from "../../ir/builder.ts";
import type { IrNode } from "../../ir/node.ts";
import { jointShape } from "../simplify/constants.ts";

/** A node, or a number of the dtype of what it meets. */
export type Operand = IrNode | number;

/** Makes nodes of real numbers. */
export class RealNumbers {
  readonly builder: Builder;

  constructor(builder: Builder) {
    this.builder = builder;
  }

  unary(op: UnaryName, x: IrNode): IrNode {
    return this.builder.add(op, {}, [x], x.dtype, x.shape);
  }

  binary(op: BinaryName, a: Operand, b: Operand): IrNode {
    const [x, y] = this.#nodes(a, b);
    const isTest = op === "eq" || op === "lt" || op === "le";
    return this.builder.add(op, {}, [x, y], isTest ? "bool" : x.dtype, jointShape([x, y]));
  }

  add(a: Operand, b: Operand): IrNode {
    return this.binary("add", a, b);
  }

  sub(a: Operand, b: Operand): IrNode {
    return this.binary("sub", a, b);
  }

  mul(a: Operand, b: Operand): IrNode {
    return this.binary("mul", a, b);
  }

  div(a: Operand, b: Operand): IrNode {
    return this.binary("div", a, b);
  }

  neg(x: IrNode): IrNode {
    return this.unary("neg", x);
  }

  abs(x: IrNode): IrNode {
    return this.unary("abs", x);
  }

  and(a: IrNode, b: IrNode): IrNode {
    return this.binary("and", a, b);
  }

  isZero(x: IrNode): IrNode {
    return this.binary("eq", x, 0);
  }

  less(a: Operand, b: Operand): IrNode {
    return this.binary("lt", a, b);
  }

  select(condition: IrNode, a: Operand, b: Operand): IrNode {
    const [x, y] = this.#nodes(a, b);
    return this.builder.add("select", {}, [condition, x, y], x.dtype, jointShape([condition, x, y]));
  }

  cast(x: IrNode, dtype: DType): IrNode {
    return this.builder.add("cast", { dtype }, [x], dtype, x.shape);
  }

  /** 0, 1, … along `axis`. */
  counting(shape: readonly number[], axis: number): IrNode {
    return this.builder.add("iota", { shape, axis, dtype: "int32" }, [], "int32", shape);
  }

  #nodes(a: Operand, b: Operand): [IrNode, IrNode] {
    const dtype = typeof a === "number" ? (typeof b === "number" ? "float32" : b.dtype) : a.dtype;
    const node = (x: Operand): IrNode => (typeof x === "number" ? this.builder.constant(x, dtype) : x);
    return [node(a), node(b)];
  }
}
