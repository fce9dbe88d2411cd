import { isInexact } from "../dtypes/dtype.ts";
import { refusePromise } from "../engine/user-function.ts";
import { DTypeError, GradientError, ShapeError, ValueError } from "../errors.ts";
import { bindOne } from "../graph/bind.ts";
import type { Value } from "../graph/value.ts";
import { cast, constant, onesLike, sameShape, zerosLike } from "../primitives/build.ts";
import { type AnyTensor, isTensorBase } from "../tensor/base.ts";
import { type TensorLike, toValue } from "../tensor/create.ts";
import { Tensor } from "../tensor/tensor.ts";
import { flattenTree, mapTree } from "../tree.ts";
import { vjpOf } from "./backward.ts";
import { jacobianRows } from "./jacobian.ts";

export interface GradOptions {
  /** Which arguments to differentiate with respect to; default 0. */
  readonly argnums?: number | readonly number[];
}

// A function of tensors as users write it: arguments are tensors, numbers, or trees of them.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type AnyFunction = (...args: any[]) => unknown;

/** The gradient of an argument: a tensor where it was a number or a tensor, else the same tree. */
export type GradientOf<A> = A extends AnyTensor | number
  ? Tensor
  : A extends readonly unknown[]
    ? { [K in keyof A]: GradientOf<A[K]> }
    : A extends object
      ? { [K in keyof A]: GradientOf<A[K]> }
      : Tensor;

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
  const leaves = argnums.flatMap((index) => flattenTree(args[index]).filter(differentiable));
  if (leaves.length === 0) throw new GradientError(`[${what}] there is nothing to differentiate with respect to: no tensors in argument ${argnums.join(", ")}`);
  // Each use of an argument is a value of its own, so that grad(f)(x, x) tells its arguments apart.
  const inputs = leaves.map((leaf) => distinct(leafAsValue(leaf, what)));
  let result: unknown;
  const { outputs, pull, release } = vjpOf((values) => {
    let next = 0;
    const replaced = args.map((arg, i) =>
      argnums.includes(i) ? mapTree(arg, (leaf) => (differentiable(leaf) ? new Tensor(values[next++] as Value) : leaf)) : arg,
    );
    result = fn(...replaced);
    refusePromise(what, result);
    return flattenTree(result)
      .filter(isTensorBase)
      .map(({ value }) => value);
  }, inputs);
  const rebuild = (gradients: readonly Value[]): unknown[] => {
    let next = 0;
    return argnums.map((index) => mapTree(args[index], (leaf) => (differentiable(leaf) ? new Tensor(gradients[next++] as Value) : leaf)));
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
    throw new GradientError(`[${what}] the function must return a scalar tensor: it returned ${typeof result}`);
  }
  if (output.shape.length !== 0 && output.shape.some((dim) => dim !== 1)) {
    throw new ShapeError(`[${what}] the function must return a scalar: it returned shape [${output.shape}]; take its sum or mean, or use jacobian or vjp`);
  }
  return output;
}

const asList = (argnums: number | readonly number[] | undefined): readonly number[] =>
  argnums === undefined ? [0] : typeof argnums === "number" ? [argnums] : argnums;

/**
 * The function that gives `fn`'s value and its gradient.
 *
 * @param fn Takes tensors (or trees of them) and returns a scalar tensor.
 * @returns A function of the same arguments that returns `[value, gradient]`; with a list of `argnums`, a list of gradients.
 *   Arguments that the value does not depend on get zeros.
 * @throws ShapeError if the value is no scalar; GradientError at an op without a gradient.
 * @example
 * const [value, slope] = valueAndGrad((x: Tensor) => x.mul(x))(3); // 9, 6
 */
export function valueAndGrad<A extends readonly unknown[], R>(
  fn: (...args: A) => R,
  options: GradOptions = {},
): (...args: { [K in keyof A]: A[K] | TensorLike }) => [R, GradientOf<A[0]>] {
  return (...args) => {
    const run = differentiate("valueAndGrad", fn as AnyFunction, args, asList(options.argnums));
    const output = scalarOutput("grad", run.outputs, run.result);
    const seeds = run.outputs.map((value, i) => (i === 0 ? onesLike(output) : value && null));
    const gradients = run.pull(seeds).map((gradient, i) => gradient ?? zerosLike(run.inputs[i] as Value));
    run.release();
    const trees = run.rebuild(gradients);
    return [run.result as R, (Array.isArray(options.argnums) ? trees : trees[0]) as GradientOf<A[0]>];
  };
}

/**
 * The function that gives the gradient of `fn`, which must return a scalar; see {@link valueAndGrad}. Nests for higher orders.
 *
 * @example
 * grad(grad((x: Tensor) => x.mul(x.exp())))(0.7); // (x + 2) eˣ
 */
export function grad<A extends readonly unknown[]>(
  fn: (...args: A) => unknown,
  options: GradOptions = {},
): (...args: { [K in keyof A]: A[K] | TensorLike }) => GradientOf<A[0]> {
  const both = valueAndGrad(fn, options);
  return (...args) => both(...args)[1];
}

/**
 * `fn` at `primals`, and the function that pulls cotangents of its outputs back to the primals.
 *
 * @returns `[result, pull]`; `pull(cotangents)` takes one tensor for each tensor of the result and gives one gradient (or null,
 *   where not connected) for each primal. It may be called again.
 */
export function vjp<R>(fn: (...primals: Tensor[]) => R, ...primals: readonly TensorLike[]): [R, (...cotangents: readonly TensorLike[]) => (Tensor | null)[]] {
  const args = primals.map((primal) => new Tensor(toFloat(primal)));
  const run = differentiate("vjp", fn as AnyFunction, args, args.map((_, i) => i));
  const pull = (...cotangents: readonly TensorLike[]): (Tensor | null)[] => {
    if (cotangents.length !== run.outputs.length) {
      throw new ValueError(`[vjp] ${run.outputs.length} cotangents are needed, one for each output: got ${cotangents.length}`);
    }
    const seeds = cotangents.map((cotangent, i) => checkedSeed("vjp", cotangent, run.outputs[i] as Value));
    return run.pull(seeds).map((gradient) => gradient && new Tensor(gradient));
  };
  return [run.result as R, pull];
}

/**
 * `fn` at `primals` and its directional derivative along `tangents` (forward mode).
 *
 * @param tangents One for each primal, of its shape.
 * @returns `[result, tangent]`, the tangent in the result's shape (a list for several outputs).
 */
export function jvp<R>(fn: (...primals: Tensor[]) => R, primals: readonly TensorLike[], tangents: readonly TensorLike[]): [R, Tensor | Tensor[]] {
  if (primals.length !== tangents.length) throw new ValueError(`[jvp] ${primals.length} primals need as many tangents: got ${tangents.length}`);
  const args = primals.map((primal) => new Tensor(toFloat(primal)));
  const run = differentiate("jvp", fn as AnyFunction, args, args.map((_, i) => i));
  const directions = tangents.map((tangent, i) => checkedSeed("jvp", tangent, run.inputs[i] as Value));
  // The pullback is linear in its cotangents; pulling back through it, with the tangents as cotangents, is the pushforward.
  const seeds = run.outputs.map(zerosLike);
  const transposed = vjpOf((cotangents) => run.pull(cotangents).map((gradient, i) => gradient ?? zerosLike(run.inputs[i] as Value)), seeds);
  const pushed = transposed.pull(directions).map((gradient, i) => new Tensor(gradient ?? zerosLike(run.outputs[i] as Value)));
  return [run.result as R, pushed.length === 1 ? (pushed[0] as Tensor) : pushed];
}

/**
 * The function that gives the Jacobian of `fn` with respect to its first argument.
 * @returns Shape [...output.shape, ...input.shape].
 */
export function jacobian(fn: (x: Tensor, ...rest: unknown[]) => AnyTensor): (x: TensorLike, ...rest: unknown[]) => Tensor {
  return (x, ...rest) => {
    const run = differentiate("jacobian", fn as AnyFunction, [new Tensor(toFloat(x)), ...rest], [0]);
    const [output] = run.outputs;
    if (output === undefined) throw new GradientError("[jacobian] the function must return a tensor");
    return new Tensor(jacobianRows(output, run.inputs[0] as Value, (seed) => run.pull([seed])[0] ?? null));
  };
}

/**
 * The function that gives the Hessian of `fn`, which must return a scalar, with respect to its first argument.
 * @returns Shape [...input.shape, ...input.shape].
 */
export function hessian(fn: (x: Tensor, ...rest: unknown[]) => AnyTensor): (x: TensorLike, ...rest: unknown[]) => Tensor {
  return jacobian((x, ...rest) => grad(fn as AnyFunction)(x, ...rest) as unknown as Tensor);
}

function toFloat(x: TensorLike): Value {
  return typeof x === "number" ? constant(x, "float32") : toValue(x);
}

function checkedSeed(what: string, seed: TensorLike, like: Value): Value {
  const value = cast(toValue(seed, like.dtype), like.dtype);
  if (!sameShape(value.shape, like.shape)) throw new ShapeError(`[${what}] shape [${value.shape}] does not match [${like.shape}]`);
  return value;
}
