import { isFloating } from "@neurite/core";
import type { Builder } from "../../ir/builder.ts";
import type { IrNode } from "../../ir/node.ts";
import { constantNumber, number } from "./values.ts";

/** What a term of the sum puts between its zeros: `value`, from `start` along the only axis it is padded along. */
interface Part {
  readonly value: IrNode;
  readonly axis: number;
  readonly start: number;
}

/**
 * A sum of tensors padded with zeros that lie side by side, as the gradient of a split is, is their concatenation: no term is written
 * in full. Each still adds the zero of the others, since -0 + 0 is 0.
 */
export function simplifyPaddedSum(node: IrNode, builder: Builder): IrNode | null {
  if (!node.inputs.every(({ op }) => op === "pad" || op === "add")) return null;
  const terms = termsOf(node);
  if (terms === null) return null;
  const parts = terms.map(partOf);
  const axis = parts[0]?.axis;
  if (axis === undefined || parts.some((part) => part?.axis !== axis)) return null;
  const ordered = (parts as Part[]).sort((a, b) => a.start - b.start);
  let end = 0;
  for (const { value, start } of ordered) {
    if (start !== end) return null;
    end += value.shape[axis] as number;
  }
  if (end !== node.shape[axis]) return null;
  const pieces = ordered.map(({ value }) =>
    isFloating(value.dtype) ? builder.add("add", {}, [value, number(0, value, builder)], value.dtype, value.shape) : value,
  );
  return builder.add("concat", { axis }, pieces, node.dtype, node.shape);
}

/** The terms of sums of sums, all of them padded; null when any is something else or comes twice. */
function termsOf(node: IrNode): readonly IrNode[] | null {
  const seen = new Set<IrNode>();
  const terms: IrNode[] = [];
  const pending = [node];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (seen.has(next) || (next.op !== "add" && next.op !== "pad")) return null;
    seen.add(next);
    if (next.op === "pad") terms.push(next);
    else pending.push(...next.inputs);
  }
  return terms.every((term) => term.shape.length === node.shape.length && term.shape.every((dim, i) => dim === node.shape[i]))
    ? terms
    : null;
}

function partOf(node: IrNode): Part | null {
  if (node.op !== "pad") return null;
  const [value, filler] = node.inputs as [IrNode, IrNode];
  const { low, high, interior } = node.params;
  if (!Object.is(constantNumber(filler), 0) || interior.some((gap) => gap !== 0)) return null;
  if (value.size === 0 || low.some((amount) => amount < 0) || high.some((amount) => amount < 0)) return null;
  const axes = low.flatMap((amount, axis) => (amount !== 0 || high[axis] !== 0 ? [axis] : []));
  return axes.length === 1 ? { value, axis: axes[0] as number, start: low[axes[0] as number] as number } : null;
}
