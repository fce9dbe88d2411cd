/** Branches and loops. */
import { DTypeError, ShapeError } from "../errors.ts";
import type { Graph } from "../graph/graph.ts";
import type { Aval } from "../graph/value.ts";
import { mergeShapes, sameDim } from "../shapes/dims.ts";
import { formatAval } from "../shapes/format.ts";
import { batchedCond, batchedScan, batchedWhile } from "./control-batching.ts";
import { condGradient, scanGradient, whileGradient } from "./control-gradients.ts";
import { requireMatch } from "./checks.ts";
import type { PrimitiveTable } from "./primitive.ts";

/** Throws unless `operands` fit the inputs of `body`, which `role` names. */
export function requireOperands(op: string, role: string, body: Graph, operands: readonly Aval[]): void {
  if (body.state.length > 0 || body.scalars.length > 0 || body.updates.length > 0) {
    throw new ShapeError(`[${op}] ${role} must be a graph without state`);
  }
  if (body.inputs.length !== operands.length) {
    throw new ShapeError(`[${op}] ${role} takes ${body.inputs.length} operands: received ${operands.length}`);
  }
  operands.forEach((operand, i) => requireMatch(op, `operand ${i} does not fit ${role}`, operand, body.inputs[i]));
}

function requirePredicate(op: string, what: string, aval: Aval): void {
  if (aval.dtype !== "bool" || aval.shape.length !== 0) {
    throw new DTypeError(`[${op}] ${what} must be a scalar bool: received ${formatAval(aval)}`);
  }
}

/** Throws unless the first outputs of a loop's body are again its carry. */
function requireCarry(op: string, body: Graph, carry: readonly Aval[]): void {
  if (body.outputs.length < carry.length) {
    throw new ShapeError(`[${op}] body must give ${carry.length} carried values: received ${body.outputs.length}`);
  }
  carry.forEach((aval, i) => requireMatch(op, `carried value ${i} changes in the body`, body.outputs[i], aval));
}

function plain({ dtype, shape }: Aval): Aval {
  return { dtype, shape };
}

export const controlPrimitives: Pick<PrimitiveTable, "cond" | "while" | "scan"> = {
  cond: {
    infer: (inputs, params) => {
      if (inputs.length === 0) throw new ShapeError("[cond] takes a predicate: received no operands");
      const [predicate, ...operands] = inputs;
      requirePredicate("cond", "predicate", predicate);
      requireOperands("cond", "then", params.then, operands);
      requireOperands("cond", "otherwise", params.otherwise, operands);
      const [a, b] = [params.then.outputs, params.otherwise.outputs];
      if (a.length !== b.length) throw new ShapeError(`[cond] the branches give ${a.length} and ${b.length} outputs: they must agree`);
      return a.map((output, i) => {
        requireMatch("cond", `output ${i} of the branches must agree`, b[i], output);
        return { dtype: output.dtype, shape: mergeShapes(output.shape, b[i].shape) };
      });
    },
    vjp: condGradient,
    batch: batchedCond,
  },
  while: {
    infer: (inputs, { test, body, carry, maxIterations }) => {
      requireOperands("while", "test", test, inputs);
      requireOperands("while", "body", body, inputs);
      if (test.outputs.length !== 1) throw new ShapeError(`[while] test must give one output: received ${test.outputs.length}`);
      requirePredicate("while", "test's output", test.outputs[0]);
      if (body.outputs.length !== carry) {
        throw new ShapeError(`[while] body must give ${carry} carried values: received ${body.outputs.length}`);
      }
      if (maxIterations !== null && !(Number.isInteger(maxIterations) && maxIterations >= 0)) {
        throw new ShapeError(`[while] maxIterations must be a non-negative integer: received ${maxIterations}`);
      }
      requireCarry("while", body, inputs.slice(0, carry));
      return inputs.slice(0, carry).map(plain);
    },
    vjp: whileGradient,
    batch: batchedWhile,
  },
  scan: {
    infer: (inputs, { body, carry, xs, length }) => {
      if (inputs.length < carry + xs) throw new ShapeError(`[scan] takes at least ${carry + xs} operands: received ${inputs.length}`);
      const operands = inputs.map((aval, i) => {
        if (i < carry || i >= carry + xs) return aval;
        if (aval.shape.length === 0 || !sameDim(aval.shape[0], length)) {
          throw new ShapeError(`[scan] what is scanned over must have a leading axis of ${length}: received ${formatAval(aval)}`);
        }
        return { dtype: aval.dtype, shape: aval.shape.slice(1) };
      });
      requireOperands("scan", "body", body, operands);
      requireCarry("scan", body, inputs.slice(0, carry));
      const ys = body.outputs.slice(carry).map(({ dtype, shape }) => ({ dtype, shape: [length, ...shape] }));
      return [...inputs.slice(0, carry).map(plain), ...ys];
    },
    vjp: scanGradient,
    batch: batchedScan,
  },
};
