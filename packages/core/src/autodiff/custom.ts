import { context, withContext } from "../engine/context.ts";
import { GradientError } from "../errors.ts";
import type { Value } from "../graph/value.ts";
import { bindOne } from "../graph/bind.ts";
import { stopGradient as stopGradientOf } from "../primitives/build.ts";
import type { CompositeVjp } from "../primitives/params.ts";
import { type AnyTensor, isTensorBase } from "../tensor/base.ts";
import { type TensorLike, toValue } from "../tensor/create.ts";
import { Tensor } from "../tensor/tensor.ts";
import { flattenTree, mapTree } from "../tree.ts";
import { NodeRecorder, type Recorded, vjpOf } from "./backward.ts";

/** `x`, treated as a constant by gradients. Same shape and dtype. */
export function stopGradient(x: TensorLike): Tensor {
  return new Tensor(stopGradientOf(toValue(x)));
}

const emptyBody = { inputs: [], state: [], scalars: [], outputs: [], updates: [], nodes: [] };

const barrier = (value: Value): Value => bindOne("barrier", [value], {});

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

/** What the function given to {@link customGradient} returns. */
export interface ValueWithGradient {
  readonly value: Tensor;
  /** The gradient of each argument, given that of the value. */
  readonly gradient: (upstream: Tensor) => Tensor | readonly (Tensor | null)[];
}

/**
 * A function whose gradient is given by hand.
 *
 * @param fn Returns the value and the function from the value's gradient to the arguments' gradients (a list, or a tensor for one argument).
 * @throws GradientError when the gradient function gives another number of gradients than there are arguments.
 * @example
 * const softplus = customGradient((z: Tensor) => {
 *   const e = ops.exp(z);
 *   return { value: ops.log(e.add(1)), gradient: (upstream) => upstream.div(ops.exp(z.neg()).add(1)) };
 * });
 */
export function customGradient(fn: (...args: Tensor[]) => ValueWithGradient): (...args: TensorLike[]) => Tensor {
  return (...args) => {
    const inputs = args.map((arg) => toValue(arg));
    const { value, gradient } = fn(...inputs.map((input) => new Tensor(input)));
    if (!isTensorBase(value) || typeof gradient !== "function") {
      throw new GradientError("[customGradient] the function must return { value: a tensor, gradient: a function }");
    }
    const output = barrier(value.value);
    recordOverride("custom_gradient", inputs, [output], ({ cotangents }) => {
      const gradients = gradient(new Tensor(cotangents[0] as Value));
      const list = isTensorBase(gradients) ? [gradients] : gradients;
      if (list.length !== inputs.length) {
        throw new GradientError(`[customGradient] ${inputs.length} gradients are needed, one for each argument: got ${list.length}`);
      }
      return list.map((tensor) => (tensor === null ? null : tensor.value));
    });
    return new Tensor(output);
  };
}

/**
 * A function whose intermediate results are not kept for the backward pass but computed again: less memory for more time.
 * Values and gradients are those of `fn`.
 *
 * @param fn Takes and returns trees of tensors.
 * @example
 * const block = checkpoint((x: Tensor) => feedForward.call(x));
 */
export function checkpoint<A extends readonly unknown[], R>(fn: (...args: A) => R): (...args: A) => R {
  return (...args) => {
    if (context.recorders.length === 0) return fn(...args);
    const inputs = flattenTree(args)
      .filter(isTensorBase)
      .map((leaf) => (leaf as AnyTensor).value);

    // Outer tapes see one node; a recorder of our own finds the weights that `fn` reads besides its arguments.
    const used = new Set<Value>();
    const made = new Set<Value>();
    const spy = {
      record(node: Recorded): void {
        for (const input of node.inputs) if (!made.has(input)) used.add(input);
        for (const output of node.outputs) made.add(output);
      },
      recordRead: (variable: object, value: Value): void => {
        for (const recorder of outer) recorder.recordRead(variable, value);
      },
    };
    const outer = context.recorders;
    const result = withContext({ recorders: [spy] }, () => fn(...args));
    const outputs: Value[] = [];
    const returned = mapTree(result, (leaf) => {
      if (!isTensorBase(leaf)) return leaf;
      outputs.push(withContext({ recorders: [] }, () => barrier(leaf.value)));
      return new Tensor(outputs.at(-1) as Value);
    }) as R;

    const closedOver = [...used].filter((value) => !inputs.includes(value));
    const sources = [...inputs, ...closedOver];
    recordOverride("checkpoint", sources, outputs, ({ cotangents }) => {
      const fresh = inputs.map(barrier);
      const again = vjpOf(
        (values) => {
          let next = 0;
          const replaced = mapTree(args, (leaf) => (isTensorBase(leaf) ? new Tensor(values[next++] as Value) : leaf)) as unknown as A;
          return flattenTree(fn(...replaced))
            .filter(isTensorBase)
            .map((leaf) => (leaf as AnyTensor).value);
        },
        [...fresh, ...closedOver],
      );
      return again.pull(cotangents);
    });
    return returned;
  };
}
