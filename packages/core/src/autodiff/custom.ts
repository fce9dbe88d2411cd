import { describe } from "../describe.ts";
import { context, type Recorder, withContext } from "../engine/context.ts";
import { refuseAsync, refusePromise, requireFunction } from "../engine/user-function.ts";
import { GradientError } from "../errors.ts";
import type { Value } from "../graph/value.ts";
import { bindOne } from "../graph/bind.ts";
import { traceGraph } from "../engine/trace-graph.ts";
import { traceBody } from "../ops/control/bodies.ts";
import { keysOfOne } from "../ops/control/draws.ts";
import { inline, stopGradient as stopGradientOf } from "../primitives/build.ts";
import type { CompositeVjp } from "../primitives/params.ts";
import { barrier, recomputed } from "../primitives/recompute.ts";
import { maskOf, setMask } from "../symbolic/mask.ts";
import { type AnyTensor, isTensorBase } from "../tensor/base.ts";
import { type TensorLike, toValue } from "../tensor/create.ts";
import { Tensor } from "../tensor/tensor.ts";
import { isVariable } from "../tensor/variable.ts";
import { flattenTree, mapTree } from "../tree.ts";
import type { NodeRecorder } from "./backward.ts";
import { type Recorded, vjpOf } from "./backward.ts";

/**
 * `x`, treated as a constant by gradients. Same shape and dtype.
 *
 * @example
 * grad((x: Tensor) => stopGradient(x).mul(x))(5); // 5, not 10
 */
export function stopGradient(x: TensorLike): Tensor {
  return new Tensor(stopGradientOf(toValue(x)));
}

const emptyBody = { inputs: [], state: [], scalars: [], outputs: [], updates: [], nodes: [] };

/** Tells the active tapes that the gradient from `outputs` to `inputs` is `vjp`, whatever they recorded in between. */
function recordOverride(name: string, inputs: readonly Value[], outputs: readonly Value[], vjp: CompositeVjp): void {
  const node: Recorded = {
    op: "composite",
    params: { name, attributes: {}, body: emptyBody, vjp },
    inputs,
    outputs,
    scope: context.scope,
    overrides: true,
  };
  for (const recorder of context.recorders) (recorder as NodeRecorder).record(node as never);
}

function checked(result: ValueWithGradient): Partial<ValueWithGradient> {
  refusePromise("customGradient", result);
  return typeof result === "object" && result !== null ? result : {};
}

/** What the function given to {@link customGradient} returns. */
export interface ValueWithGradient {
  readonly value: Tensor;
  /** The gradient of each argument, given that of the value. */
  readonly gradient: (upstream: Tensor) => Tensor | readonly (Tensor | null)[];
}

/**
 * `value` with the gradient rule as part of the graph, for bodies: they are differentiated long after they were traced, so what `pull` closes
 * over must become operands.
 */
function customInBody(value: Value, inputs: readonly Value[], pull: (cotangent: Value) => readonly (Value | null)[]): Value {
  let present: readonly boolean[] = [];
  const rule = traceBody("custom_gradient", [value], ([cotangent]) => {
    const gradients = pull(cotangent as Value);
    present = gradients.map((gradient) => gradient !== null);
    return gradients.flatMap((gradient) => (gradient === null ? [] : [new Tensor(gradient)]));
  });
  const keys = keysOfOne(rule.draws);
  const operands = [value, ...inputs, ...rule.captures.map((capture) => keys.get(capture) ?? capture)];
  const { graph: body } = traceGraph(operands, ([first]) => [first as Value]);
  const vjp: CompositeVjp = ({ inputs: given, cotangents: [cotangent] }) => {
    const gradients = inline(rule.graph, [cotangent as Value, ...given.slice(1 + inputs.length)]);
    let next = 0;
    return [null, ...present.map((is) => (is ? (gradients[next++] as Value) : null)), ...rule.captures.map(() => null)];
  };
  return bindOne("composite", operands, { name: "custom_gradient", attributes: {}, body, vjp });
}

/** `value` in the place of `leaf`, with its mask. */
function inPlaceOf(leaf: AnyTensor, value: Value): Tensor {
  const tensor = new Tensor(value);
  const mask = maskOf(leaf);
  if (mask !== null) setMask(tensor, mask);
  return tensor;
}

/** The tree with `values`, in order, in the place of its tensors. */
function withValues<T>(tree: T, values: readonly Value[]): T {
  let next = 0;
  return mapTree(tree, (leaf) => (isArgument(leaf) ? inPlaceOf(leaf, values[next++] as Value) : leaf)) as T;
}

/** {@link checkpoint} as part of the graph, for bodies. */
function checkpointInBody<A extends readonly unknown[], R>(fn: (...args: A) => R, args: A): R {
  const inputs = flattenTree(args).filter(isArgument).map(({ value }) => value); // prettier-ignore
  let result: unknown;
  let masked: Tensor[] = [];
  const { graph, captures, draws } = traceBody("checkpoint", inputs, (values) => {
    result = fn(...withValues(args, values));
    const leaves = flattenTree(result).filter(isArgument) as Tensor[];
    masked = leaves.filter((leaf) => isTensorBase(maskOf(leaf)));
    // Masks made inside have to come out like results.
    return [...leaves, ...masked.map((leaf) => maskOf(leaf))];
  });
  const keys = keysOfOne(draws);
  const operands = [...inputs, ...captures.map((capture) => keys.get(capture) ?? capture)];
  const outputs = recomputed(graph, operands);
  const masks = new Map(masked.map((leaf, i) => [leaf as unknown, outputs[outputs.length - masked.length + i] as Value]));
  let next = 0;
  return mapTree(result, (leaf) => {
    if (!isArgument(leaf)) return leaf;
    const tensor = new Tensor(outputs[next++] as Value);
    const mask = masks.get(leaf);
    if (mask !== undefined) setMask(tensor, new Tensor(mask));
    return tensor;
  }) as R;
}

/**
 * A function whose gradient is given by hand.
 *
 * @param fn Returns the value and the function from the value's gradient to the arguments' gradients (a list, or a tensor for one argument).
 *   `fn` may compute what the gradient needs once and close over it.
 * @throws GradientError when `fn` returns something else, or the gradient function another number of gradients than there are arguments.
 * @example
 * const softplus = customGradient((z: Tensor) => {
 *   const e = ops.exp(z);
 *   return { value: ops.log(e.add(1)), gradient: (upstream) => upstream.div(ops.exp(z.neg()).add(1)) };
 * });
 */
export function customGradient(fn: (...args: Tensor[]) => ValueWithGradient): (...args: TensorLike[]) => Tensor {
  requireFunction("customGradient", fn);
  return (...args) => {
    const inputs = args.map((arg) => toValue(arg));
    const { value, gradient } = checked(fn(...inputs.map((input) => new Tensor(input))));
    if (!isTensorBase(value) || typeof gradient !== "function") {
      throw new GradientError("[customGradient] the function must return { value: a tensor, gradient: a function }");
    }
    const pull = (cotangent: Value): (Value | null)[] => {
      const gradients = gradient(new Tensor(cotangent));
      const list = isTensorBase(gradients) ? [gradients] : gradients;
      if (!Array.isArray(list) || !list.every((item) => item === null || isTensorBase(item))) {
        throw new GradientError(
          `[customGradient] gradients must be a tensor, or a list of tensors and nulls: received ${describe(gradients)}`,
        );
      }
      if (list.length !== inputs.length) {
        throw new GradientError(`[customGradient] ${inputs.length} gradients are needed, one for each argument: got ${list.length}`);
      }
      return (list as (Tensor | null)[]).map((tensor) => tensor && tensor.value);
    };
    if (context.trace?.kind === "body") return new Tensor(customInBody(value.value, inputs, pull));
    const output = barrier(value.value);
    const { call } = context;
    recordOverride("custom_gradient", inputs, [output], ({ cotangents }) => withContext({ call }, () => pull(cotangents[0] as Value)));
    return new Tensor(output);
  };
}

/**
 * A function whose intermediate results are not kept for the backward pass but computed again: less memory for more time.
 * Values and gradients are those of `fn`: computing again, variables have the values they had, random draws are the same ones, and what
 * `fn` assigns is not assigned a second time.
 *
 * @param fn Takes and returns trees of tensors.
 * @throws TraceError if `fn` is async.
 * @example
 * const block = checkpoint((x: Tensor) => feedForward.call(x));
 */
export function checkpoint<A extends readonly unknown[], R>(fn: (...args: A) => R): (...args: A) => R {
  refuseAsync("checkpoint", fn);
  return (...args) => {
    if (context.trace?.kind === "body") return checkpointInBody(fn, args);
    const { recorders: outer, call } = context;
    if (outer.length === 0) return fn(...args);
    const inputs = flattenTree(args).filter(isArgument).map(({ value }) => value); // prettier-ignore

    // Outer tapes see one node; a recorder of our own finds the weights that `fn` uses besides its arguments.
    const used = new Set<Value>();
    const made = new Set<Value>();
    const state = new Map<object, Value>();
    const spy: Recorder = {
      record(node: Recorded): void {
        for (const input of node.inputs) if (!made.has(input)) used.add(input);
        for (const output of node.outputs) made.add(output);
      },
      recordRead(variable, value): void {
        if (!state.has(variable) && !made.has(value)) state.set(variable, value);
        for (const recorder of outer) recorder.recordRead(variable, value);
      },
    };
    const result = withContext({ recorders: [spy] }, () => fn(...args));
    refusePromise("checkpoint", result);
    const outputs: Value[] = [];
    const returned = mapTree(result, (leaf) => {
      if (!isArgument(leaf)) return leaf;
      const value = withContext({ recorders: [spy] }, () => leaf.value);
      if (!made.has(value)) used.add(value);
      outputs.push(withContext({ recorders: [] }, () => barrier(value)));
      return inPlaceOf(leaf, outputs.at(-1) as Value);
    }) as R;

    for (const input of inputs) used.delete(input);
    const closedOver = [...used];
    recordOverride("checkpoint", [...inputs, ...closedOver], outputs, ({ cotangents }) =>
      withContext({ replay: new Map(state), call }, () => {
        const body = (values: readonly Value[]): readonly Value[] =>
          flattenTree(fn(...withValues(args, values))).filter(isArgument).map(({ value }) => value); // prettier-ignore
        return vjpOf(body, [...inputs.map(barrier), ...closedOver]).pull(cotangents);
      }),
    );
    return returned;
  };
}

/** Variables are no arguments: `fn` reads them as it reads those it closes over. */
function isArgument(leaf: unknown): leaf is AnyTensor {
  return isTensorBase(leaf) && !isVariable(leaf);
}
