import { withContext } from "../engine/context.ts";
import { refusePromise } from "../engine/trace-graph.ts";
import { GradientError, ShapeError } from "../errors.ts";
import type { Value } from "../graph/value.ts";
import { add, onesLike, sameShape, zerosLike } from "../primitives/build.ts";
import { type AnyTensor, isTensorBase } from "../tensor/base.ts";
import { type TensorLike, toValue } from "../tensor/create.ts";
import { Tensor } from "../tensor/tensor.ts";
import { isVariable } from "../tensor/variable.ts";
import { flattenTree, mapTree } from "../tree.ts";
import { backward, NodeRecorder, withRecorder } from "./backward.ts";
import { jacobianRows } from "./jacobian.ts";

/** The tree that gradients come in: that of the sources, null where a source is not connected to the target. */
export type GradientsOf<S> = S extends AnyTensor
  ? Tensor | null
  : S extends readonly unknown[]
    ? { [K in keyof S]: GradientsOf<S[K]> }
    : S extends object
      ? { [K in keyof S]: GradientsOf<S[K]> }
      : null;

export interface GradientTapeOptions {
  /** May be asked for gradients more than once. Default false. */
  readonly persistent?: boolean;
  /** Watch every trainable variable that is read inside `run`. Default true. */
  readonly watchAccessedVariables?: boolean;
}

export interface TapeGradientOptions {
  /** What a source that the target does not depend on gets: null ("none", the default) or zeros ("zero"). */
  readonly unconnectedGradients?: "none" | "zero";
  /** Gradient of something with respect to each target; default ones. */
  readonly outputGradients?: TensorLike | readonly TensorLike[];
}

/**
 * Records what is computed inside `run` and differentiates it.
 *
 * @example
 * const tape = new GradientTape();
 * const loss = tape.run(() => ops.mean(ops.square(model.call(x).sub(y))));
 * const gradients = tape.gradient(loss, model.trainableVariables);
 */
export class GradientTape {
  readonly #recorder: NodeRecorder;
  readonly #persistent: boolean;
  readonly #reads = new Map<object, Set<Value>>();
  #used = false;

  constructor(options: GradientTapeOptions = {}) {
    this.#persistent = options.persistent ?? false;
    const watchReads = options.watchAccessedVariables ?? true;
    const recorder = new NodeRecorder();
    this.#recorder = recorder;
    recorder.recordRead = (variable, value): void => {
      if (!watchReads && !this.#reads.has(variable)) return;
      this.#noteRead(variable, value);
    };
  }

  /** Runs `body` and records what depends on watched tensors. May be called again; nests. `body` must be synchronous. */
  run<T>(body: () => T extends PromiseLike<unknown> ? never : T): T {
    const result = withRecorder(this.#recorder, body) as T;
    refusePromise("GradientTape.run", result);
    return result;
  }

  /** Also follow these tensors, or variables that are not watched by themselves. */
  watch(...tensors: readonly AnyTensor[]): void {
    for (const tensor of tensors) {
      if (isVariable(tensor)) this.#noteRead(tensor, tensor.value);
      else this.#recorder.watch(tensor.value);
    }
  }

  /** Runs `body` without recording it on any tape. */
  static stopRecording<T>(body: () => T): T {
    return withContext({ recorders: [] }, body);
  }

  /**
   * Gradients of `target` (the sum of its elements, or of several targets) with respect to each of `sources`.
   *
   * @param sources A tensor or variable, or arrays and objects of them.
   * @returns The same tree: a tensor of the source's shape and dtype, or null where it is not connected.
   * @throws GradientError on a second call of a tape that is not persistent, or at an op that has no gradient.
   */
  gradient<S>(target: AnyTensor | readonly AnyTensor[], sources: S, options: TapeGradientOptions = {}): GradientsOf<S> {
    this.#spend("gradient");
    const targets = (isTensorBase(target) ? [target] : [...(target as readonly AnyTensor[])]).map(({ value }) => value);
    const given = options.outputGradients;
    const seeds = given === undefined ? [] : Array.isArray(given) && !isTensorBase(target) ? (given as readonly TensorLike[]) : [given as TensorLike];
    const cotangents = targets.map((value, i) => {
      if (seeds[i] === undefined) return onesLike(value);
      const seed = toValue(seeds[i] as TensorLike, value.dtype);
      if (!sameShape(seed.shape, value.shape)) {
        throw new ShapeError(`[GradientTape.gradient] outputGradients[${i}] has shape [${seed.shape}]: its target has [${value.shape}]`);
      }
      return seed;
    });
    const leaves = flattenTree(sources).map((leaf) => this.#sourceValues(leaf));
    const values = leaves.flat();
    const gradients = backward([...this.#recorder.nodes], targets, cotangents, values);
    if (!this.#persistent) this.#recorder.release();

    const byValue = new Map(values.map((value, i) => [value, gradients[i] ?? null]));
    let next = 0;
    return mapTree(sources, (leaf) => {
      const parts = (leaves[next++] as readonly Value[]).map((value) => byValue.get(value) ?? null).filter((part) => part !== null);
      if (parts.length > 0) return new Tensor(parts.reduce(add));
      return options.unconnectedGradients === "zero" ? new Tensor(zerosLike((leaf as AnyTensor).value)) : null;
    }) as GradientsOf<S>;
  }

  /**
   * Derivative of every element of `target` with respect to every element of `source`.
   * @returns Shape [...target.shape, ...source.shape].
   */
  jacobian(target: AnyTensor, source: AnyTensor): Tensor {
    this.#spend("jacobian");
    const values = this.#sourceValues(source);
    const nodes = [...this.#recorder.nodes];
    const [value] = values;
    if (value === undefined) throw new GradientError("[GradientTape.jacobian] the source was not watched: use tape.watch(source) before run");
    const rows = jacobianRows(target.value, value, (seed) => backward(nodes, [target.value], [seed], values)[0] ?? null);
    if (!this.#persistent) this.#recorder.release();
    return new Tensor(rows);
  }

  #spend(what: string): void {
    if (this.#used && !this.#persistent) {
      throw new GradientError(`[GradientTape.${what}] the tape was used already: make it with { persistent: true } to ask more than once`);
    }
    this.#used = true;
  }

  #noteRead(variable: object, value: Value): void {
    let reads = this.#reads.get(variable);
    if (reads === undefined) this.#reads.set(variable, (reads = new Set()));
    reads.add(value);
    this.#recorder.watch(value);
  }

  /** A variable stands for each of its values that was read; what was not watched stands for nothing. */
  #sourceValues(source: unknown): readonly Value[] {
    if (!isTensorBase(source)) throw new GradientError(`[GradientTape.gradient] sources must be tensors or variables: got ${typeof source}`);
    const reads = this.#reads.get(source);
    if (isVariable(source) && reads !== undefined) return [...reads];
    const value = withContext({ recorders: [] }, () => source.value);
    return this.#recorder.tracks(value) ? [value] : [];
  }
}
