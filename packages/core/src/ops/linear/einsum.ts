/** Einstein summation. */
import { ShapeError, ValueError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { mergeDims, sameDim } from "../../shapes/dims.ts";
import { formatAvals } from "../../shapes/format.ts";
import type { SymbolicTensor } from "../../symbolic/symbolic-tensor.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { describe, operands } from "../support/input.ts";
import { variadicOp, type VariadicOp } from "../support/variadic.ts";
import { roomy } from "./matmul.ts";

/** A value whose axes have names. */
interface Labelled {
  readonly value: Value;
  readonly labels: readonly string[];
}

/** Axes that an ellipsis stands for, numbered from the right: "...0" is the last. */
const ellipsisLabel = (fromRight: number): string => `...${fromRight}`;

function termLabels(subscripts: string, term: string, rank: number | null): string[] {
  const parts = term.split("...");
  if (parts.length > 2 || parts.some((part) => !/^[A-Za-z]*$/.test(part))) {
    throw new ValueError(
      `[einsum] a term holds letters and at most one "...": received ${JSON.stringify(term)} in ${JSON.stringify(subscripts)}`,
    );
  }
  const before = [...(parts[0] as string)];
  if (parts.length === 1) return before;
  const after = [...(parts[1] as string)];
  const hidden = (rank ?? 0) - before.length - after.length;
  return [...before, ...Array.from({ length: Math.max(hidden, 0) }, (_, i) => ellipsisLabel(hidden - 1 - i)), ...after];
}

function parse(subscripts: string, values: readonly Value[]): { inputs: Labelled[]; output: string[] } {
  const text = subscripts.replace(/\s/g, "");
  const [left, right, more] = text.split("->");
  const terms = (left as string).split(",");
  if (more !== undefined || terms.length !== values.length) {
    throw new ValueError(`[einsum] ${JSON.stringify(subscripts)} has ${terms.length} terms for ${values.length} operands`);
  }
  const inputs = terms.map((term, i): Labelled => {
    const value = values[i] as Value;
    const labels = termLabels(subscripts, term, value.shape.length);
    if (labels.length !== value.shape.length) {
      throw new ShapeError(
        `[einsum] term ${JSON.stringify(term)} does not fit operand ${i}: received ${formatAvals(values)} for ${JSON.stringify(subscripts)}`,
      );
    }
    return { value, labels };
  });
  const all = inputs.flatMap(({ labels }) => labels);
  const hidden = [...new Set(all.filter((label) => label.startsWith(".")))].sort((a, b) => Number(b.slice(3)) - Number(a.slice(3)));
  if (right === undefined) {
    const once = [...new Set(all)].filter((label) => !label.startsWith(".") && all.indexOf(label) === all.lastIndexOf(label)).sort();
    return { inputs, output: [...hidden, ...once] };
  }
  const output = right.includes("...")
    ? termLabels(subscripts, right, right.length - 3 + hidden.length)
    : termLabels(subscripts, right, null);
  const unknown = output.find((label) => !all.includes(label));
  if (unknown !== undefined || new Set(output).size !== output.length) {
    throw new ValueError(`[einsum] the output of ${JSON.stringify(subscripts)} must name axes of the operands, each once`);
  }
  return { inputs, output };
}

/** Repeated names become one: the diagonal. */
function takeDiagonals({ value, labels }: Labelled): Labelled {
  const first = labels.findIndex((label, i) => labels.indexOf(label, i + 1) >= 0);
  if (first < 0) return { value, labels };
  const second = labels.indexOf(labels[first] as string, first + 1);
  const size = value.shape[first] as number;
  const others = labels.map((_, i) => i).filter((i) => i !== first && i !== second);
  const moved = build.transpose(value, [...others, first, second]);
  const kept = others.map((i) => value.shape[i] as number);
  const flat = build.reshape(moved, [...kept, size * (value.shape[second] as number)]);
  const diagonal = build.slice(flat, [...kept.map(() => 0), 0], [...kept, size * size], [...kept.map(() => 1), size + 1]);
  return takeDiagonals({ value: diagonal, labels: [...others.map((i) => labels[i] as string), labels[first] as string] });
}

/** Sums over the names that nobody else needs. */
function sumOut({ value, labels }: Labelled, needed: ReadonlySet<string>): Labelled {
  const axes = labels.flatMap((label, i) => (needed.has(label) ? [] : [i]));
  return { value: build.sum(value, axes), labels: labels.filter((label) => needed.has(label)) };
}

/** Axes of size 1 that the other operand has larger broadcast: they are dropped here. */
function dropStretched(a: Labelled, b: Labelled): Labelled {
  const stretched = (label: string, i: number): boolean => {
    const other = b.labels.indexOf(label);
    return a.value.shape[i] === 1 && other >= 0 && b.value.shape[other] !== 1;
  };
  const keep = a.labels.map((label, i) => !stretched(label, i));
  return {
    value: build.reshape(
      a.value,
      a.value.shape.filter((_, i) => keep[i]),
    ),
    labels: a.labels.filter((_, i) => keep[i]),
  };
}

function arranged({ value, labels }: Labelled, order: readonly string[]): Value {
  return build.transpose(
    value,
    order.map((label) => labels.indexOf(label)),
  );
}

/** One product of two operands, summed over the names they share that are not needed any more. */
function contractPair(lhs: Labelled, rhs: Labelled, needed: ReadonlySet<string>): Labelled {
  const wanted = (other: Labelled): Set<string> => new Set([...needed, ...other.labels]);
  const summedLhs = sumOut(lhs, wanted(rhs));
  const summedRhs = sumOut(rhs, wanted(lhs));
  const a = dropStretched(summedLhs, summedRhs);
  const b = dropStretched(summedRhs, summedLhs);
  const sizes = new Map<string, number>();
  for (const { value, labels } of [a, b]) {
    labels.forEach((label, i) => {
      const [known, size] = [sizes.get(label) ?? NaN, value.shape[i] as number];
      if (!sameDim(known, size)) {
        throw new ShapeError(
          `[einsum] axis ${JSON.stringify(label)} has two sizes: ${known} ≠ ${size} in ${formatAvals([lhs.value, rhs.value])}`,
        );
      }
      sizes.set(label, mergeDims(known, size));
    });
  }
  const shared = a.labels.filter((label) => b.labels.includes(label));
  const summed = shared.filter((label) => !needed.has(label));
  const batch = shared.filter((label) => needed.has(label));
  const freeA = a.labels.filter((label) => !shared.includes(label));
  const freeB = b.labels.filter((label) => !shared.includes(label));
  const dims = (labels: readonly string[]): number[] => labels.map((label) => sizes.get(label) as number);
  const size = (labels: readonly string[]): number => dims(labels).reduce((product, dim) => product * dim, 1);
  const labels = [...batch, ...freeA, ...freeB];
  if (summed.length === 0) {
    const left = build.reshape(arranged(a, [...batch, ...freeA]), [...dims(batch), ...dims(freeA), ...freeB.map(() => 1)]);
    const right = build.reshape(arranged(b, [...batch, ...freeB]), [...dims(batch), ...freeA.map(() => 1), ...dims(freeB)]);
    return dropUnneeded({ value: build.mul(left, right), labels }, needed);
  }
  const left = build.reshape(arranged(a, [...batch, ...freeA, ...summed]), [...dims(batch), size(freeA), size(summed)]);
  const right = build.reshape(arranged(b, [...batch, ...summed, ...freeB]), [...dims(batch), size(summed), size(freeB)]);
  return dropUnneeded({ value: build.reshape(build.dot(left, right), dims(labels)), labels }, needed);
}

/** A name that was broadcast away on one side may be left over on the other. */
function dropUnneeded(x: Labelled, needed: ReadonlySet<string>): Labelled {
  return x.labels.every((label) => needed.has(label)) ? x : sumOut(x, needed);
}

/**
 * Sums of products over named axes, as NumPy's einsum: "ij,jk->ik" is the matrix product. "..." stands for broadcast axes; without "->" the
 * output has the names that occur once, in alphabetical order. Operands are contracted from left to right as matrix products.
 * Those of int8 give int32.
 *
 * Each operand has as many axes as its term has letters; "ij" is a shape [i, j], and the same letter everywhere the same size.
 *
 * @throws ValueError for subscripts that do not parse; ShapeError when they do not fit the operands.
 *
 * @example
 * ops.einsum("ij,jk->ik", tensor([[1, 2]]), tensor([[3], [4]])); // [[11]]
 */
export const einsum: VariadicOp<[subscripts: string], object, Tensor, SymbolicTensor> = variadicOp(
  "einsum",
  ["subscripts"],
  "operands",
  ([subscripts], xs) => {
    if (typeof subscripts !== "string")
      throw new ValueError(`[einsum] subscripts must be a string such as "ij,jk->ik": received ${describe(subscripts)}`);
    const values = operands(
      "einsum",
      roomy(xs),
      xs.map((_, i) => `operand ${i}`),
    );
    const isBool = values[0]?.dtype === "bool";
    const { inputs, output } = parse(
      subscripts,
      values.map((value) => (isBool ? build.cast(value, "int32") : value)),
    );
    const parts = inputs.map(takeDiagonals);
    let result = parts[0] as Labelled;
    const neededAfter = (i: number): Set<string> => new Set([...output, ...parts.slice(i).flatMap(({ labels }) => labels)]);
    for (let i = 1; i < parts.length; i++) result = contractPair(result, parts[i] as Labelled, neededAfter(i + 1));
    const summed = arranged(sumOut(result, new Set(output)), output);
    return new Tensor(isBool ? build.cast(summed, "bool") : summed);
  },
);
