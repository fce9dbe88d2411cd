import { type Aval, type Value, build as b } from "@neurite/core";
import { describe, expect, it } from "vitest";
import { aval, float32, programGraph } from "../testing/graphs.ts";
import type { IrNode } from "../ir/node.ts";
import { importGraph } from "./import-graph.ts";

/** What `fn` computes after simplification, as an expression; `x`, `y`, `z` are its operands. */
function simplified(inputs: readonly Aval[], fn: (...values: Value[]) => Value): string {
  const graph = programGraph({ inputs, build: (values) => ({ outputs: [fn(...values)] }) });
  const ir = importGraph(graph, { simplify: true, commonSubexpressions: true, unsupported: new Map(), lowering: new Set() });
  const format = (node: IrNode): string => {
    if (node.op === "parameter") return "xyz"[node.params.index] as string;
    if (node.op === "constant") return Object.is(node.params.value, -0) ? "-0" : String(node.params.value);
    return `${node.op}(${node.inputs.map(format).join(", ")})`;
  };
  return format(ir.outputs[0]!);
}

const one = [float32(4)];
const padded = (x: Value, low: number, high: number, fill = 0): Value => b.pad(x, [low], [high], [0], fill);

describe("simplification of arithmetic", () => {
  it("drops operations that change nothing, signed zeros included", () => {
    expect(simplified(one, (x) => b.mul(x, 1))).toBe("x");
    expect(simplified(one, (x) => b.div(x, 1))).toBe("x");
    expect(simplified(one, (x) => b.sub(x, 0))).toBe("x");
    expect(simplified(one, (x) => b.add(x, -0))).toBe("x");
    expect(simplified(one, (x) => b.neg(b.neg(x)))).toBe("x");
    expect(simplified(one, (x) => b.pow(x, 1))).toBe("x");
    expect(simplified([aval("int32", 4)], (x) => b.add(x, 0))).toBe("x");
  });

  it("keeps what IEEE arithmetic can tell apart", () => {
    expect(simplified(one, (x) => b.add(x, 0))).toBe("add(x, 0)");
    expect(simplified(one, (x) => b.sub(x, -0))).toBe("sub(x, -0)");
    expect(simplified(one, (x) => b.sub(x, x))).toBe("sub(x, x)");
    expect(simplified(one, (x) => b.mul(x, 0))).toBe("mul(x, 0)");
    expect(simplified(one, (x) => b.div(x, 3))).toBe("div(x, 3)");
  });

  it("takes the cheaper of two equal operations", () => {
    expect(simplified(one, (x) => b.div(x, 8))).toBe("mul(x, 0.125)");
    expect(simplified(one, (x) => b.pow(x, 2))).toBe("mul(x, x)");
    expect(simplified(one, (x) => b.mul(x, -1))).toBe("neg(x)");
    expect(simplified([float32(4), float32(4)], (x, y) => b.add(x, b.neg(y)))).toBe("sub(x, y)");
  });

  it("computes constants, rounded to their dtype", () => {
    expect(simplified(one, (x) => b.mul(x, b.add(b.constant(0.1, "float32"), b.constant(0.2, "float32"))))).toBe(
      `mul(x, ${Math.fround(Math.fround(0.1) + Math.fround(0.2))})`,
    );
    expect(simplified([aval("int32", 2)], (x) => b.add(x, b.mul(b.constant(2 ** 30, "int32"), b.constant(2, "int32"))))).toBe(
      "add(x, -2147483648)",
    );
  });

  it("computes before it stretches", () => {
    expect(simplified(one, (x) => b.mul(b.broadcast(b.constant(2, "float32"), [4]), x))).toBe("mul(2, x)");
    expect(simplified(one, (x) => b.exp(b.broadcast(x, [3, 4])))).toBe("broadcast(exp(x))");
    expect(simplified(one, (x) => b.sum(b.broadcast(x, [8, 4]), [0]))).toBe("mul(x, 8)");
  });

  it("reads a relu's mask off its result", () => {
    const step = (x: Value, y: Value): Value => {
      const h = b.maximum(0, x);
      return b.add(h, b.select(b.le(x, 0), 0, y));
    };
    expect(simplified([float32(4), float32(4)], step)).toBe("add(max(0, x), select(le(max(0, x), 0), 0, y))");
  });
});

describe("simplification of views", () => {
  const matrix = [float32(4, 6)];

  it("drops views that change nothing and joins views of views", () => {
    expect(simplified(matrix, (x) => b.transpose(b.transpose(x, [1, 0]), [1, 0]))).toBe("x");
    expect(simplified(matrix, (x) => b.reshape(b.reshape(x, [24]), [4, 6]))).toBe("x");
    expect(simplified(matrix, (x) => b.flip(b.flip(x, [0, 1]), [0, 1]))).toBe("x");
    expect(simplified(matrix, (x) => b.slice(b.slice(x, [1, 0], [4, 6]), [1, 2], [3, 6]))).toBe("slice(x)");
    expect(simplified([float32(4, 1, 6)], (x) => b.transpose(x, [1, 0, 2]))).toBe("reshape(x)");
    expect(simplified(matrix, (x) => b.pad(x, [0, 0], [0, 0]))).toBe("x");
    expect(simplified(matrix, (x) => b.pad(x, [-1, 0], [0, -2]))).toBe("slice(x)");
  });

  it("merges axes below a transpose that keeps them side by side", () => {
    const images = [float32(2, 3, 4)];
    expect(simplified(images, (x) => b.reshape(b.transpose(x, [2, 0, 1]), [4, 6]))).toBe("transpose(reshape(x))");
    expect(simplified(images, (x) => b.reshape(b.transpose(x, [2, 0, 1]), [2, 2, 6]))).toBe("transpose(reshape(x))");
    expect(simplified(images, (x) => b.reshape(b.transpose(x, [1, 0, 2]), [6, 4]))).toBe("reshape(transpose(x))");
    expect(simplified(images, (x) => b.reshape(b.transpose(x, [2, 0, 1]), [8, 3]))).toBe("reshape(transpose(x))");
  });

  it("finds the piece of a concat that a slice takes", () => {
    expect(simplified([float32(2, 3), float32(4, 3)], (x, y) => b.slice(b.concat([x, y], 0), [2, 0], [6, 3]))).toBe("y");
    expect(simplified([float32(2, 3), float32(4, 3)], (x, y) => b.slice(b.concat([x, y], 0), [1, 0], [6, 3]))).toBe("slice(concat(x, y))");
  });

  it("makes one concat of zero-padded terms that lie side by side, signed zeros included", () => {
    const three = [float32(4), float32(2), float32(3)];
    const sum = (x: Value, y: Value, z: Value): Value => b.add(b.add(padded(z, 6, 0), padded(x, 0, 5)), padded(y, 4, 3));
    expect(simplified(three, sum)).toBe("concat(add(x, 0), add(y, 0), add(z, 0))");
    const integers = [aval("int32", 4), aval("int32", 2)];
    expect(simplified(integers, (x, y) => b.add(padded(y, 4, 0), padded(x, 0, 2)))).toBe("concat(x, y)");
  });

  it("keeps sums of padded terms that overlap, leave gaps or are padded with something else", () => {
    const two = [float32(4), float32(4)];
    expect(simplified(two, (x, y) => b.add(padded(x, 0, 3), padded(y, 3, 0)))).toBe("add(pad(x, 0), pad(y, 0))");
    expect(simplified(two, (x, y) => b.add(padded(x, 0, 5), padded(y, 5, 0)))).toBe("add(pad(x, 0), pad(y, 0))");
    expect(simplified(two, (x, y) => b.add(padded(x, 0, 4), padded(y, 4, 0, 1)))).toBe("add(pad(x, 0), pad(y, 1))");
    expect(simplified([float32(4), float32(8)], (x, y) => b.add(padded(x, 0, 4), y))).toBe("add(pad(x, 0), y)");
  });

  it("joins reductions, and reduces nothing along axes of size 1", () => {
    expect(simplified([float32(2, 3, 4)], (x) => b.sum(b.sum(x, [1]), [0]))).toBe("reduce(x)");
    expect(simplified([float32(2, 1, 4)], (x) => b.sum(x, [1]))).toBe("reshape(x)");
  });
});

describe("simplification of casts and choices", () => {
  it("drops casts through dtypes that hold every value, and no others", () => {
    expect(simplified([aval("bool", 2)], (x) => b.cast(b.cast(x, "int32"), "float32"))).toBe("cast(x)");
    expect(simplified([aval("int8", 2)], (x) => b.cast(b.cast(x, "float32"), "int8"))).toBe("x");
    expect(simplified(one, (x) => b.cast(b.cast(x, "int32"), "float32"))).toBe("cast(cast(x))");
  });

  it("decides what is decided", () => {
    const both = [float32(4), float32(4)];
    expect(simplified(both, (x, y) => b.select(b.constant(true, "bool"), x, y))).toBe("x");
    expect(simplified(both, (x, y) => b.select(b.not(b.lt(x, y)), x, y))).toBe("select(lt(x, y), y, x)");
    expect(simplified([aval("bool", 2)], (x) => b.and(x, b.constant(true, "bool")))).toBe("x");
  });
});
