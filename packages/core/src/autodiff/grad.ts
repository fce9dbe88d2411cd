import { describe } from "../describe.ts";
import { isInexact } from "../dtypes/dtype.ts";
import { wishFor } from "../engine/pending.ts";
import { refusePromise, requireFunction } from "../engine/user-function.ts";
import { DTypeError, GradientError, ShapeError, ValueError } from "../errors.ts";
import { bindOne } from "../graph/bind.ts";
import type { Value } from "../graph/value.ts";
import { optionsOf } from "../options.ts";
import { cast, constant, onesLike, sameShape, zerosLike } from "../primitives/build.ts";
import { type AnyTensor, isTensorBase } from "../tensor/base.ts";
import { type TensorLike, toValue } from "../tensor/create.ts";
import { Tensor } from "../tensor/tensor.ts";
import { flattenTree, mapTree } from "../tree.ts";
import { vjpOf } from "./backward.ts";
import { jacobianRows } from "./jacobian.ts";
import type { ArgumentsOf, GradientOf, GradientsFor } from "./types.ts";

/** Options of {@link grad}. */
export interface GradOptions<N extends number | readonly number[] = number | readonly number[]> {
  /** Which arguments to differentiate with respect to: one, or a list for a list of gradients. Default 0. */
  readonly argnums?: N;
}

// A function of tensors as users write it: arguments are tensors, numbers, or trees of them.
type AnyFunction = (...args: never[]) => unknown;

const differentiable = (leaf: unknown): boolean => isTensorBase(leaf) || typeof leaf === "number";

function leafAsValue(leaf: unknown, what: string): Value {
  if (typeof leaf === "number") return constant(leaf, "float32");
  const value = (leaf as AnyTensor).value;
  if (!isInexact(value.dtype)) {
    throw new DTypeError(`[${what}] cannot differentiate with respect to ${value.dtype}[${value.shape}]: cast it to float32`);
  }
  return value;
}

interface Differentiated {
  readonly outputs: readonly Value[];
  readonly result: unknown;
  readonly pull: (cotangents: readonly (Value | null)[]) => (Value | null)[];
  readonly release: () => void;
  /** Puts one gradient for each differentiated leaf into the shape of the arguments. */
  readonly rebuild: (gradients: readonly Value[]) => unknown[];
  readonly inputs: readonly Value[];
}

function differentiate(what: string, fn: AnyFunction, args: readonly unknown[], argnums: readonly number[]): Differentiated {
  for (const index of argnums) {
    if (!Number.isInteger(index) || index < 0 || index >= args.length) {
      throw new ValueError(`[${what}] argnums ${index} is not one of the ${args.length} arguments`);
    }
  }
  // In the order of the arguments, whatever the order of argnums.
  const indices = [...new Set(argnums)].sort((a, b) => a - b);
  const leaves = indices.flatMap((index) => flattenTree(args[index]).filter(differentiable));
  if (leaves.length === 0) {
    const received = indices.map((index) => describe(args[index])).join(", ");
    throw new GradientError(
      `[${what}] there is nothing to differentiate with respect to: no tensors in argument ${argnums.join(", ")}, which is ${received}`,
    );
  }
  // Each use of an argument is a value of its own, so that grad(f)(x, x) tells its arguments apart.
  const inputs = leaves.map((leaf) => distinct(leafAsValue(leaf, what)));
  const replaceLeaves = (values: readonly Value[]): Map<number, unknown> => {
    let next = 0;
    const replace = (leaf: unknown): unknown => (differentiable(leaf) ? new Tensor(values[next++] as Value) : leaf);
    return new Map(indices.map((index) => [index, mapTree(args[index], replace)]));
  };
  let result: unknown;
  const { outputs, pull, release } = vjpOf(
    (values) => {
      const replaced = replaceLeaves(values);
      result = fn(...(args.map((arg, i) => (replaced.has(i) ? replaced.get(i) : arg)) as never[]));
      refusePromise(what, result);
      return flattenTree(result)
        .filter(isTensorBase)
        .map(({ value }) => value);
    },
    inputs,
    true,
  );
  const rebuild = (gradients: readonly Value[]): unknown[] => {
    const trees = replaceLeaves(gradients);
    return argnums.map((index) => trees.get(index));
  };
  return { outputs, result, pull, release, rebuild, inputs };
}

/** Another value with the same elements. */
function distinct(value: Value): Value {
  return bindOne("reshape", [value], { shape: value.shape });
}

function scalarOutput(what: string, outputs: readonly Value[], result: unknown): Value {
  const [output] = outputs;
  if (output === undefined || !isTensorBase(Array.isArray(result) ? result[0] : result)) {
    throw new GradientError(`[${what}] the function must return a scalar tensor: it returned ${describe(result)}`);
  }
  if (output.shape.length !== 0 && output.shape.some((dim) => dim !== 1)) {
    throw new ShapeError(
      `[${what}] the function must return a scalar: it returned shape [${output.shape}]; take its sum or mean, or use jacobian or vjp`,
    );
  }
  return output;
}

/**
 * The function that gives `fn`'s value and its gradient.
 *
 * @param fn Takes tensors (or trees of them) and returns a scalar tensor, or a list with that first. Numbers may be passed for tensors.
 * @returns A function of the same arguments that returns `[value, gradient]`; with a list of `argnums`, a list of gradients. A gradient
 *   has the shape and dtype of its argument. Arguments that the value does not depend on get zeros.
 * @throws ShapeError if the value is no scalar; DTypeError for arguments without gradients; GradientError at an op without a gradient;
 *   TraceError for an async function; ValueError for `argnums` that are no arguments.
 * @example
 * const [value, slope] = valueAndGrad((x: Tensor) => x.mul(x))(3); // 9, 6
 */
export function valueAndGrad<A extends readonly unknown[], R>(fn: (...args: A) => R): (...args: ArgumentsOf<A>) => [R, GradientOf<A[0]>];
export function valueAndGrad<A extends readonly unknown[], R, const N extends number | readonly number[] = 0>(
  fn: (...args: A) => R,
  options: GradOptions<N>,
): (...args: ArgumentsOf<A>) => [R, GradientsFor<A, N>];
export function valueAndGrad(fn: AnyFunction, options: GradOptions = {}): (...args: readonly unknown[]) => [never, never] {
  requireFunction("valueAndGrad", fn);
  const { argnums } = optionsOf("valueAndGrad", options, "{ argnums: 1 }");
  return (...args) => valueAndGradient("valueAndGrad", fn, args, argnums) as [never, never];
}

function valueAndGradient(
  what: string,
  fn: AnyFunction,
  args: readonly unknown[],
  argnums: number | readonly number[] = 0,
): [unknown, unknown] {
  const run = differentiate(what, fn, args, typeof argnums === "number" ? [argnums] : argnums);
  const output = scalarOutput(what, run.outputs, run.result);
  if (what !== "grad") wishFor(output);
  const gradients = run.pull(run.outputs.map((_, i) => (i === 0 ? onesLike(output) : null)));
  run.release();
  const trees = run.rebuild(gradients.map((gradient, i) => gradient ?? zerosLike(run.inputs[i] as Value)));
  return [run.result, typeof argnums === "number" ? trees[0] : trees];
}

/**
 * The function that gives the gradient of `fn`, which must return a scalar; see {@link valueAndGrad}. Nests for higher orders.
 *
 * @throws As {@link valueAndGrad}.
 * @example
 * grad(grad((x: Tensor) => x.mul(x.exp())))(0.7); // (x + 2) eˣ
 */
export function grad<A extends readonly unknown[]>(fn: (...args: A) => unknown): (...args: ArgumentsOf<A>) => GradientOf<A[0]>;
export function grad<A extends readonly unknown[], const N extends number | readonly number[] = 0>(
  fn: (...args: A) => unknown,
  options: GradOptions<N>,
): (...args: ArgumentsOf<A>) => GradientsFor<A, N>;
export function grad(fn: AnyFunction, options: GradOptions = {}): (...args: readonly unknown[]) => never {
  requireFunction("grad", fn);
  const { argnums } = optionsOf("grad", options, "{ argnums: 1 }");
  return (...args) => valueAndGradient("grad", fn, args, argnums)[1] as never;
}

/**
 * `fn` at `primals`, and the function that pulls cotangents of its outputs back to the primals.
 *
 * @returns `[result, pull]`; `pull(cotangents)` takes one tensor for each tensor of the result, of its shape, and gives one gradient (or
 *   null, where not connected) for each primal. It may be called again.
 * @throws As {@link valueAndGrad}; ShapeError and ValueError for cotangents that do not fit.
 * @example
 * const [y, pull] = vjp((x: Tensor) => x.square(), [1, 2]);
 * const [gradient] = pull([1, 10]);
 * gradient; // [2, 40]
 */
export function vjp<R>(
  fn: (...primals: Tensor[]) => R,
  ...primals: readonly TensorLike[]
): [R, (...cotangents: readonly TensorLike[]) => (Tensor | null)[]] {
  requireFunction("vjp", fn);
  const args = primals.map((primal) => new Tensor(toFloat(primal)));
  const run = differentiate(
    "vjp",
    fn as AnyFunction,
    args,
    args.map((_, i) => i),
  );
  const pull = (...cotangents: readonly TensorLike[]): (Tensor | null)[] => {
    if (cotangents.length !== run.outputs.length) {
      throw new ValueError(`[vjp] ${run.outputs.length} cotangents are needed, one for each output: received ${cotangents.length}`);
    }
    const seeds = cotangents.map((cotangent, i) => checkedSeed("vjp", cotangent, run.outputs[i] as Value));
    return run.pull(seeds).map((gradient) => gradient && new Tensor(gradient));
  };
  return [run.result as R, pull];
}

/** Options of {@link jvp}. */
export interface JvpOptions {
  /** The function returns [result, something else], which comes third. Default false. */
  readonly hasAux?: boolean;
}

/** The directional derivative of a result: in its shape, or a list for several outputs. */
export type TangentOf<R> = R extends AnyTensor ? Tensor : Tensor | Tensor[];

/**
 * `fn` at `primals` and its directional derivative along `tangents` (forward mode).
 *
 * @param tangents One for each primal, of its shape.
 * @returns `[result, tangent]`, the tangent in the result's shape (a list for several outputs); with `hasAux` also what else `fn` gave.
 * @throws As {@link valueAndGrad}; ShapeError and ValueError for tangents that do not fit, or without a pair where `hasAux` asks for one.
 * @example
 * const [y, slope] = jvp((x: Tensor) => x.square(), [3], [1]); // 9, 6
 */
export function jvp<R, X>(
  fn: (...primals: Tensor[]) => readonly [R, X],
  primals: readonly TensorLike[],
  tangents: readonly TensorLike[],
  options: JvpOptions & { readonly hasAux: true },
): [R, TangentOf<R>, X];
export function jvp<R>(
  fn: (...primals: Tensor[]) => R,
  primals: readonly TensorLike[],
  tangents: readonly TensorLike[],
  options?: JvpOptions,
): [R, TangentOf<R>];
export function jvp(
  fn: (...primals: Tensor[]) => unknown,
  primals: readonly TensorLike[],
  tangents: readonly TensorLike[],
  options: JvpOptions = {},
): unknown[] {
  requireFunction("jvp", fn);
  const { hasAux = false } = optionsOf("jvp", options);
  for (const [name, list] of [
    ["primals", primals],
    ["tangents", tangents],
  ] as const) {
    if (!Array.isArray(list)) throw new ValueError(`[jvp] ${name} must be a list of tensors: received ${describe(list)}`);
  }
  if (primals.length !== tangents.length)
    throw new ValueError(`[jvp] ${primals.length} primals need as many tangents: received ${tangents.length}`);
  const args = primals.map((primal) => new Tensor(toFloat(primal)));
  let aux: unknown;
  const withoutAux = (...xs: Tensor[]): unknown => {
    const pair = fn(...xs);
    if (!Array.isArray(pair) || pair.length !== 2)
      throw new ValueError(`[jvp] with hasAux the function must return [result, aux]: received ${describe(pair)}`);
    aux = pair[1];
    return pair[0];
  };
  const run = differentiate(
    "jvp",
    (hasAux ? withoutAux : fn) as AnyFunction,
    args,
    args.map((_, i) => i),
  );
  const directions = tangents.map((tangent, i) => checkedSeed("jvp", tangent, run.inputs[i] as Value));
  // The pullback is linear in its cotangents; pulling back through it, with the tangents as cotangents, is the pushforward.
  const seeds = run.outputs.map(zerosLike);
  const transposed = vjpOf((cotangents) => run.pull(cotangents).map((gradient, i) => gradient ?? zerosLike(run.inputs[i] as Value)), seeds);
  const pushed = transposed.pull(directions).map((gradient, i) => new Tensor(gradient ?? zerosLike(run.outputs[i] as Value)));
  run.release();
  return [run.result, pushed.length === 1 ? pushed[0] : pushed, ...(hasAux ? [aux] : [])];
}

/**
 * The function that gives the Jacobian of `fn` with respect to its first argument.
 *
 * @param fn Returns a tensor. The gradients of all its elements are computed together: memory grows with their number.
 * @returns Shape [...output.shape, ...input.shape].
 * @throws As {@link valueAndGrad}, but for the shape of the value.
 * @example
 * jacobian((x: Tensor) => x.square())([1, 2]); // [[2, 0], [0, 4]]
 */
export function jacobian<A extends readonly unknown[]>(fn: (x: Tensor, ...rest: A) => AnyTensor): (x: TensorLike, ...rest: A) => Tensor {
  requireFunction("jacobian", fn);
  return (x, ...rest) => {
    const run = differentiate("jacobian", fn as unknown as AnyFunction, [new Tensor(toFloat(x)), ...rest], [0]);
    const [output] = run.outputs;
    if (output === undefined || !isTensorBase(run.result)) {
      throw new GradientError(`[jacobian] the function must return a tensor: it returned ${describe(run.result)}`);
    }
    const rows = jacobianRows(output, run.inputs[0] as Value, (seed) => run.pull([seed])[0] ?? null);
    run.release();
    return new Tensor(rows);
  };
}

/**
 * The function that gives the Hessian of `fn`, which must return a scalar, with respect to its first argument.
 *
 * @returns Shape [...input.shape, ...input.shape].
 * @throws As {@link valueAndGrad}.
 * @example
 * hessian((x: Tensor) => x.square().sum())([1, 2]); // [[2, 0], [0, 2]]
 */
export function hessian<A extends readonly unknown[]>(fn: (x: Tensor, ...rest: A) => AnyTensor): (x: TensorLike, ...rest: A) => Tensor {
  requireFunction("hessian", fn);
  return jacobian((x: Tensor, ...rest: A) => valueAndGradient("grad", fn as unknown as AnyFunction, [x, ...rest])[1] as Tensor);
}

function toFloat(x: TensorLike): Value {
  return typeof x === "number" ? constant(x, "float32") : toValue(x);
}

function checkedSeed(what: string, seed: TensorLike, like: Value): Value {
  const value = cast(toValue(seed, like.dtype), like.dtype);
  if (!sameShape(value.shape, like.shape)) throw new ShapeError(`[${what}] shape [${value.shape}] does not match [${like.shape}]`);
  return value;
}
