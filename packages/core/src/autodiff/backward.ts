import { isInexact } from "../dtypes/dtype.ts";
import { context, type Recorder, withContext } from "../engine/context.ts";
import { GradientError } from "../errors.ts";
import { inLayer } from "../graph/located.ts";
import type { Node, Value } from "../graph/value.ts";
import { add, sameShape, zerosLike } from "../primitives/build.ts";
import type { PrimitiveName } from "../primitives/params.ts";
import type { Primitive } from "../primitives/primitive.ts";
import { primitives } from "../primitives/table.ts";
import { unbroadcast } from "../primitives/unbroadcast.ts";

/** The part of a node that differentiation needs: custom gradients record it without a node. */
export type Recorded = Pick<Node, "op" | "params" | "inputs" | "outputs" | "scope"> & {
  /** Takes over the gradient of its outputs: what produced them is not asked any more. */
  readonly overrides?: boolean;
};

/**
 * Reverse-mode differentiation: gradients of Σ targets · cotangents with respect to `sources`, as new nodes.
 *
 * @param nodes What was recorded, operands first.
 * @param cotangents One for each target; null counts as no gradient.
 * @returns One for each source; null where nothing connects it to the targets.
 *
 * @throws GradientError at a primitive that has a gradient neurite does not know.
 *
 * @example
 * // d(x²)/dx, by hand: what is recorded between x and its square is one multiplication.
 * const x = tensor([3]).value;
 * const y = build.mul(x, x);
 * const [gradient] = backward([y.node!], [y], [build.onesLike(y)], [x]);
 * new Tensor(gradient!); // [6]
 */
export function backward(
  nodes: readonly Recorded[],
  targets: readonly Value[],
  cotangents: readonly (Value | null)[],
  sources: readonly Value[],
): (Value | null)[] {
  const active = new Set<Value>(sources.filter((source) => isInexact(source.dtype)));
  const path: Recorded[] = [];
  for (const node of nodes) {
    if (primitives[node.op].vjp === "none" || !node.inputs.some((input) => active.has(input))) continue;
    path.push(node);
    for (const output of node.outputs) if (isInexact(output.dtype)) active.add(output);
  }

  const gradients = new Map<Value, Value>();
  const accumulate = (value: Value, gradient: Value): void => {
    const present = gradients.get(value);
    gradients.set(value, present === undefined ? gradient : add(present, gradient));
  };
  targets.forEach((target, i) => {
    const cotangent = cotangents[i];
    if (cotangent && active.has(target)) accumulate(target, cotangent);
  });

  const wanted = new Set(sources);
  /** Gradients of sources that a custom gradient takes over: they end there and are results all the same. */
  const finished = new Map<Value, Value>();
  for (let i = path.length - 1; i >= 0; i--) {
    const node = path[i] as Recorded;
    const arriving = node.outputs.map((output) => gradients.get(output) ?? null);
    if (arriving.every((gradient) => gradient === null)) continue;
    for (const output of node.outputs) {
      if (!wanted.has(output)) gradients.delete(output);
      else if (node.overrides === true) {
        const arrived = gradients.get(output);
        if (arrived !== undefined) finished.set(output, arrived);
        gradients.delete(output);
      }
    }
    const needs = node.inputs.map((input) => active.has(input));
    const flowing = withContext({ scope: node.scope }, () => applyVjp(node, arriving, needs));
    flowing.forEach((gradient, k) => {
      const input = node.inputs[k] as Value;
      if (gradient === null || !needs[k]) return;
      accumulate(input, sameShape(gradient.shape, input.shape) ? gradient : unbroadcast(gradient, input.shape));
    });
  }
  return sources.map((source) => finished.get(source) ?? gradients.get(source) ?? null);
}

function applyVjp(node: Recorded, cotangents: readonly (Value | null)[], needs: readonly boolean[]): readonly (Value | null)[] {
  const { vjp } = primitives[node.op] as unknown as Primitive<PrimitiveName>;
  if (typeof vjp !== "function") {
    throw new GradientError(
      `[${node.scope?.op ?? node.op}] has no gradient in neurite${inLayer(node.scope?.path)}: use stopGradient on it, or customGradient`,
    );
  }
  return vjp({ inputs: node.inputs, outputs: node.outputs, cotangents, params: node.params, needs });
}

/** Keeps the nodes that depend on watched values. */
export class NodeRecorder implements Recorder {
  readonly nodes: Recorded[] = [];
  readonly #tracked = new Set<Value>();
  readonly #keeps: boolean;

  /** @param keeps Whether results may be computed before gradients are asked for: what the gradients need is then worth keeping. */
  constructor(keeps: boolean) {
    this.#keeps = keeps;
  }

  watch(value: Value): void {
    this.#tracked.add(value);
  }

  tracks(value: Value): boolean {
    return this.#tracked.has(value);
  }

  record(node: Recorded): void {
    if (primitives[node.op].vjp === "none" || !node.inputs.some((input) => this.#tracked.has(input))) return;
    this.nodes.push(node);
    for (const output of node.outputs) this.#tracked.add(output);
    if (this.#keeps) countUses(node, 1);
  }

  recordRead(_variable: object, _value: Value): void {}

  /** Forgets everything recorded. */
  release(): void {
    if (this.#keeps) for (const node of this.nodes) countUses(node, -1);
    this.nodes.length = 0;
    this.#tracked.clear();
  }
}

function countUses(node: Recorded, more: number): void {
  for (const value of node.inputs) value.uses += more;
  for (const value of node.outputs) value.uses += more;
}

/** Runs `body` with one more recorder. */
export function withRecorder<T>(recorder: Recorder, body: () => T): T {
  return withContext({ recorders: [...context.recorders, recorder] }, body);
}

/**
 * `fn` applied to `inputs`, and the function that pulls cotangents of its outputs back to the inputs (null: not connected), any number of
 * times. For authors of gradient rules.
 *
 * @param keeps Whether results may be computed between `fn` and `pull`; expensive ones are then kept until `release`.
 *
 * @throws What `fn` throws; `pull` a GradientError at a primitive that has a gradient neurite does not know.
 *
 * @example
 * const { outputs, pull } = vjpOf(([x]) => [build.mul(x, x)], [tensor([3]).value]);
 * const [gradient] = pull([build.onesLike(outputs[0])]);
 * new Tensor(gradient!); // [6]
 */
export function vjpOf(
  fn: (inputs: readonly Value[]) => readonly Value[],
  inputs: readonly Value[],
  keeps = false,
): { outputs: readonly Value[]; pull: (cotangents: readonly (Value | null)[]) => (Value | null)[]; release: () => void } {
  const recorder = new NodeRecorder(keeps);
  for (const input of inputs) recorder.watch(input);
  const outputs = withRecorder(recorder, () => fn(inputs));
  return { outputs, pull: (cotangents) => backward([...recorder.nodes], outputs, cotangents, inputs), release: () => recorder.release() };
}

/** {@link backward}'s null as zeros. */
export function zerosIfNull(gradient: Value | null, like: Value): Value {
  return gradient ?? zerosLike(like);
}
