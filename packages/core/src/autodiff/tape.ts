import { describe } from "../describe.ts";
import { withContext } from "../engine/context.ts";
import { wishFor } from "../engine/pending.ts";
import type { DType } from "../dtypes/dtype.ts";
import { refuseAsync, refusePromise } from "../engine/user-function.ts";
import { GradientError, ShapeError } from "../errors.ts";
import { optionsOf } from "../options.ts";
import type { Value } from "../graph/value.ts";
import { add, cast, full, onesLike, sameShape } from "../primitives/build.ts";
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

/** Options of {@link GradientTape}. */
export interface GradientTapeOptions {
  /** May be asked for gradients more than once. Default false. */
  readonly persistent?: boolean;
  /** Watch every trainable variable that is read inside `run`. Default true. */
  readonly watchAccessedVariables?: boolean;
}

/** Options of {@link GradientTape.gradient}. */
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
 * const loss = tape.run(() => ops.mean(ops.square(ops.subtract(model(x), y))));
 * const gradients = tape.gradient(loss, model.trainableVariables);
 */
export class GradientTape {
  readonly #recorder: NodeRecorder;
  readonly #persistent: boolean;
  readonly #reads = new Map<object, Set<Value>>();
  #used = false;

  constructor(options: GradientTapeOptions = {}) {
    const { persistent = false, watchAccessedVariables: watchReads = true } = optionsOf("GradientTape", options, "{ persistent: true }");
    this.#persistent = persistent;
    const recorder = new NodeRecorder(true);
    this.#recorder = recorder;
    recorder.recordRead = (variable: { readonly trainable: boolean }, value): void => {
      if ((watchReads && variable.trainable) || this.#reads.has(variable)) this.#noteRead(variable, value);
    };
  }

  /**
   * Runs `body` and records what depends on watched tensors. May be called again; nests.
   * @throws TraceError if `body` is async or returns a promise.
   */
  run<T>(body: () => T extends PromiseLike<unknown> ? never : T): T {
    refuseAsync("GradientTape.run", body);
    const result = withRecorder(this.#recorder, body) as T;
    refusePromise("GradientTape.run", result);
    return result;
  }

  /**
   * Also follow these tensors, or variables that are not watched by themselves. Before they are used.
   * @throws GradientError for what is no tensor. Integers may be watched; they have no gradients.
   */
  watch(...tensors: readonly AnyTensor[]): void {
    for (const tensor of tensors) {
      if (!isTensorBase(tensor))
        throw new GradientError(`[GradientTape.watch] tensors or variables are needed: received ${describe(tensor)}`);
      if (isVariable(tensor)) this.#noteRead(tensor, tensor.value);
      else this.#recorder.watch(tensor.value);
    }
  }

  /**
   * Runs the synchronous `body` without recording it on any tape.
   * @throws TraceError for an async function.
   */
  static stopRecording<T>(body: () => T): T {
    refuseAsync("GradientTape.stopRecording", body);
    return withContext({ recorders: [] }, body);
  }

  /**
   * Gradients of `target` (the sum of its elements, or of several targets) with respect to each of `sources`.
   *
   * @param sources A tensor or variable, or arrays and objects of them.
   * @returns The same tree: a tensor of the source's shape and dtype, or null where it is not connected.
   * @throws GradientError on a second call of a tape that is not persistent, at an op that has no gradient, or for targets and sources
   *   that are no tensors; ShapeError for output gradients of another shape.
   */
  gradient<S>(target: AnyTensor | readonly AnyTensor[], sources: S, options: TapeGradientOptions = {}): GradientsOf<S> {
    const targets = targetValues("GradientTape.gradient", target);
    const cotangents = seedsOf(targets, isTensorBase(target), options.outputGradients);
    for (const value of targets) if (value.shape.every((dim) => dim === 1)) wishFor(value);
    const leaves = flattenTree(sources).map((leaf) => this.#sourceValues("GradientTape.gradient", leaf));
    const values = leaves.flat();
    this.#spend("gradient");
    const gradients = backward([...this.#recorder.nodes], targets, cotangents, values);
    if (!this.#persistent) this.#recorder.release();

    const byValue = new Map(values.map((value, i) => [value, gradients[i] ?? null]));
    let next = 0;
    return mapTree(sources, (leaf) => {
      const parts = (leaves[next++] as readonly Value[]).map((value) => byValue.get(value) ?? null).filter((part) => part !== null);
      if (parts.length > 0) return new Tensor(parts.reduce(add));
      if (options.unconnectedGradients !== "zero") return null;
      const { dtype, shape } = leaf as AnyTensor;
      return new Tensor(full(shape, dtype === "bool" ? false : 0, dtype as DType));
    }) as GradientsOf<S>;
  }

  /**
   * Derivative of every element of `target` with respect to every element of `source`.
   * @returns Shape [...target.shape, ...source.shape], the target's dtype.
   * @throws GradientError for a source that was not watched, and as {@link gradient}.
   */
  jacobian(target: AnyTensor, source: AnyTensor): Tensor {
    const [targetValue] = targetValues("GradientTape.jacobian", isTensorBase(target) ? target : (null as never)) as [Value];
    const values = this.#sourceValues("GradientTape.jacobian", source);
    this.#spend("jacobian");
    const nodes = [...this.#recorder.nodes];
    const [value] = values;
    if (value === undefined)
      throw new GradientError("[GradientTape.jacobian] the source was not watched: use tape.watch(source) before run");
    const rows = jacobianRows(targetValue, value, (seed) => {
      const parts = backward(nodes, [targetValue], [seed], values).filter((part) => part !== null);
      return parts.length === 0 ? null : parts.reduce(add);
    });
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
  #sourceValues(what: string, source: unknown): readonly Value[] {
    if (!isTensorBase(source)) throw new GradientError(`[${what}] sources must be tensors or variables: received ${describe(source)}`);
    if (isVariable(source)) return [...(this.#reads.get(source) ?? [])];
    const value = withContext({ recorders: [] }, () => source.value);
    return this.#recorder.tracks(value) ? [value] : [];
  }
}

function targetValues(what: string, target: unknown): Value[] {
  const list = isTensorBase(target) ? [target] : target;
  if (!Array.isArray(list) || list.length === 0 || !list.every(isTensorBase)) {
    const received = Array.isArray(list) ? describe(list.find((item) => !isTensorBase(item))) : describe(target);
    throw new GradientError(
      `[${what}] the target must be a tensor or a list of tensors: received ${list instanceof Array && list.length === 0 ? "[]" : received}`,
    );
  }
  return (list as AnyTensor[]).map(({ value }) => value);
}

/** The cotangents of the targets: ones, or what was given for each. */
function seedsOf(targets: readonly Value[], isSingle: boolean, given: TensorLike | readonly TensorLike[] | undefined): Value[] {
  if (given === undefined) return targets.map(onesLike);
  const seeds = isSingle ? [given as TensorLike] : (given as readonly TensorLike[]);
  if (!Array.isArray(seeds) || seeds.length !== targets.length) {
    throw new GradientError(
      `[GradientTape.gradient] outputGradients must be a list of ${targets.length}, one for each target: received ${Array.isArray(seeds) ? seeds.length : describe(seeds)}`,
    );
  }
  return targets.map((value, i) => {
    const seed = cast(toValue(seeds[i] as TensorLike, value.dtype), value.dtype);
    if (!sameShape(seed.shape, value.shape)) {
      throw new ShapeError(`[GradientTape.gradient] outputGradients[${i}] has shape [${seed.shape}]: its target has [${value.shape}]`);
    }
    return seed;
  });
}
