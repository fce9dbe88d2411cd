/** Complex numbers on their real and imaginary parts. */
import type { IrNode } from "../../ir/node.ts";
import type { Builder } from "../../ir/builder.ts";
import { isBinary, isUnary } from "../../ir/classify.ts";
import { ComplexNumbers, type Parts } from "./complex-numbers.ts";
import { Fourier } from "./fourier.ts";
import { RealNumbers } from "./real-numbers.ts";

/** The same value of a complex elementwise node or transform by real arithmetic; null for what moves, joins or parts complex numbers. */
export function lowerComplexArithmetic(node: IrNode, builder: Builder): IrNode | null {
  const complex = new ComplexNumbers(new RealNumbers(builder));
  const parts = (i: number): Parts => partsOf(node.inputs[i] as IrNode, complex.real);
  const join = ({ re, im }: Parts): IrNode => builder.add("complex", {}, [re, im], "complex64", node.shape);
  switch (node.op) {
    case "real":
    case "imag": {
      const [x] = node.inputs as [IrNode];
      if (x.op !== "constant") return null;
      return builder.constant(node.op === "real" ? Number(x.params.value) : 0, "float32");
    }
    case "abs":
      return complex.abs(parts(0));
    case "eq":
      return complex.eq(parts(0), parts(1));
    case "add":
    case "sub":
    case "mul":
    case "div":
    case "pow":
      return join(complex[node.op](parts(0), parts(1)));
    case "fft":
      return join(new Fourier(complex).transform(parts(0), node.params.axis, node.params.inverse));
    default: {
      if (!isUnary(node.op) || isBinary(node.op)) return null;
      const result = complex.unary(node.op, parts(0));
      return result === null ? null : join(result);
    }
  }
}

function partsOf(x: IrNode, real: RealNumbers): Parts {
  const part = (op: "real" | "imag"): IrNode => real.builder.add(op, {}, [x], "float32", x.shape);
  return { re: part("real"), im: part("imag") };
}
