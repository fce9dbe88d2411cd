/** Refuses graphs that cannot be run: before anything runs, and saying what is wrong with them. */
import {
  type Aval,
  DeviceError,
  DTypeError,
  formatAval,
  type Graph,
  inLayer,
  isDType,
  type Node,
  primitives,
  type Value,
} from "@neurite/core";
import { kernels } from "./kernels/table.ts";

/** Throws unless `aval` has a known dtype and a shape of known, non-negative dimensions. */
function requireType(aval: Aval, what: string): void {
  if (!isDType(aval.dtype)) throw new DTypeError(`[compile] ${what} has an unknown dtype: ${String(aval.dtype)}`);
  if (!aval.shape.every((dim) => Number.isInteger(dim) && dim >= 0)) {
    throw new DeviceError(`[compile] ${what} must have a known shape: received ${formatAval(aval)}; trace it with concrete shapes`);
  }
}

/** Where a node is, for messages. */
function describeNode(node: Node): string {
  return `node ${node.id} (${String(node.op)}${inLayer(node.scope?.path)})`;
}

function sameType(a: Aval, b: Aval): boolean {
  return a.dtype === b.dtype && a.shape.length === b.shape.length && a.shape.every((dim, i) => dim === b.shape[i]);
}

/** True for the bodies that control flow and composites hold among their params. */
function isGraph(param: unknown): param is Graph {
  return typeof param === "object" && param !== null && "nodes" in param && "outputs" in param && "inputs" in param;
}

function validateNode(node: Node, known: ReadonlySet<Value>): void {
  const where = describeNode(node);
  if (!Object.hasOwn(kernels, node.op)) throw new DeviceError(`[compile] ${where} is of an unknown primitive: "${String(node.op)}"`);
  node.inputs.forEach((input, i) => {
    if (!known.has(input)) throw new DeviceError(`[compile] operand ${i} of ${where} is neither an input nor computed before it`);
  });
  node.outputs.forEach((output, i) => requireType(output, `output ${i} of ${where}`));
  for (const param of Object.values(node.params)) if (isGraph(param)) validate(param);
  // Shapes and dtypes must follow from the operands': kernels rely on it.
  const infer = primitives[node.op].infer as (inputs: readonly Aval[], params: unknown) => readonly Aval[];
  const inferred = infer(node.inputs, node.params);
  const agrees = inferred.length === node.outputs.length && inferred.every((aval, i) => sameType(aval, node.outputs[i]));
  if (!agrees) {
    const [claimed, right] = [node.outputs, inferred].map((avals) => avals.map(formatAval).join(", "));
    throw new DeviceError(`[compile] ${where} claims to give ${claimed}: its operands make it ${right}`);
  }
}

/** Throws DTypeError or DeviceError (or what an `infer` rule throws) if `graph` is not well formed. */
export function validate(graph: Graph): void {
  const known = new Set<Value>();
  const roles = { input: graph.inputs, state: graph.state, scalar: graph.scalars };
  for (const [role, values] of Object.entries(roles)) {
    values.forEach((value, i) => {
      requireType(value, `${role} ${i}`);
      if (known.has(value)) throw new DeviceError(`[compile] ${role} ${i} is given twice`);
      known.add(value);
    });
  }
  graph.scalars.forEach((value, i) => {
    if (value.shape.length !== 0) throw new DeviceError(`[compile] scalar ${i} must have no axes: received ${formatAval(value)}`);
  });
  for (const node of graph.nodes) {
    validateNode(node, known);
    for (const output of node.outputs) known.add(output);
  }
  graph.outputs.forEach((value, i) => {
    if (!known.has(value)) throw new DeviceError(`[compile] output ${i} (${formatAval(value)}) is not computed by the graph`);
  });
  const updated = new Set<number>();
  for (const { state, value } of graph.updates) {
    if (!known.has(value)) throw new DeviceError(`[compile] the update of state ${state} is not computed by the graph`);
    const target = graph.state[state];
    if (target === undefined) throw new DeviceError(`[compile] there is no state ${state}: the graph has ${graph.state.length}`);
    if (updated.has(state)) throw new DeviceError(`[compile] state ${state} is updated twice`);
    updated.add(state);
    if (!sameType(value, target))
      throw new DeviceError(`[compile] state ${state} is ${formatAval(target)}: its update is ${formatAval(value)}`);
  }
}
