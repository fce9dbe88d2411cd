import { nextStamp, type Node, type Value } from "../graph/value.ts";
import type { PrimitiveName } from "../primitives/params.ts";

/** Elementwise primitives and views are cheap to compute again; results of all others are kept where something can still use them. */
const cheap: ReadonlySet<PrimitiveName> = new Set<PrimitiveName>([
  "neg", "abs", "sign", "floor", "ceil", "round", "exp", "expm1", "log", "log1p", "sin", "cos", "tanh", "sqrt", "rsqrt", "erf", "not",
  "real", "imag", "add", "sub", "mul", "div", "rem", "pow", "max", "min", "atan2", "eq", "lt", "le", "and", "or", "xor", "shl", "shr",
  "complex", "constant", "iota", "select", "cast", "bitcast", "check", "stop_gradient", "barrier", "reshape", "transpose", "broadcast",
  "slice", "flip", "pad", "concat",
]); // prettier-ignore

/** Set in `slot` where something outside the run may ask for the value again; below it, uses by nodes that run now for the first time. */
const needed = 1 << 30;

/**
 * Values of a run, besides its roots, whose storage is worth keeping: results of expensive primitives that pending nodes outside the run
 * or live tapes can still reach, be it through cheap nodes; and the other results of a node of which a root is one, where a tensor stands
 * on them (`svd` runs once for its three results). `wished` are roots that nobody asked for yet: what is behind them is kept as if they
 * were not computed.
 */
export function valuesToKeep(nodes: readonly Node[], roots: ReadonlySet<Value>, wished: ReadonlySet<Value>): Value[] {
  const stamp = nextStamp();
  const count = (value: Value, more: number): void => {
    value.slot = value.stamp === stamp ? value.slot + more : more;
    value.stamp = stamp;
  };
  for (const node of nodes) {
    if (!node.executed) for (const input of node.inputs) count(input, 1);
  }
  const isNeeded = (value: Value): boolean => {
    const slot = value.stamp === stamp ? value.slot : 0;
    return (slot & needed) !== 0 || value.uses > (slot & (needed - 1));
  };
  const needInputs = (node: Node): void => {
    for (const input of node.inputs) if (input.stamp !== stamp || (input.slot & needed) === 0) count(input, needed);
  };
  const kept: Value[] = [];
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i] as Node;
    const { outputs } = node;
    if (cheap.has(node.op)) {
      const output = outputs[0] as Value;
      if (roots.has(output) ? wished.has(output) : isNeeded(output)) needInputs(node);
      continue;
    }
    if (wished.size > 0 && outputs.some((output) => wished.has(output))) needInputs(node);
    const isAsked = outputs.length > 1 && outputs.some((output) => roots.has(output));
    for (const output of outputs) {
      if (roots.has(output) || output.device === null) continue;
      if (isNeeded(output) || (isAsked && output.handles > 0)) kept.push(output);
    }
  }
  return kept.reverse();
}
