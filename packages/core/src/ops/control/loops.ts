/** Loops by data, and functions mapped over slices. */
import { optionsOf } from "../../options.ts";
import { ShapeError, TraceError, ValueError } from "../../errors.ts";
import { bind } from "../../graph/bind.ts";
import type { Aval, Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { sameDim } from "../../shapes/dims.ts";
import { formatAval } from "../../shapes/format.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { isTensorBase } from "../../tensor/base.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { vmap } from "../../batching/vmap.ts";
import { describe, input, integerInput } from "../support/input.ts";
import { checkpointedScan } from "./checkpointed-scan.ts";
import type { Carried, LoopVariables, Nest } from "./carried.ts";
import { type Body, requireFunction, shareCaptures, traceBody, treeOf, treeValues, withMoreInputs } from "./bodies.ts";
import { carryKeys, scanKeys } from "./draws.ts";

/** Throws unless a loop's body gave back what it was given, up to values. */
function requireCarry(op: string, outputs: readonly Value[], carry: readonly Aval[]): void {
  if (outputs.length !== carry.length)
    throw new ValueError(`[${op}] the body must return as many values as it takes: received ${outputs.length} for ${carry.length}`);
  carry.forEach((aval, i) => {
    const output = outputs[i] as Value;
    const fits =
      output.dtype === aval.dtype &&
      output.shape.length === aval.shape.length &&
      output.shape.every((dim, axis) => sameDim(dim, aval.shape[axis] as number));
    if (!fits)
      throw new ShapeError(
        `[${op}] loop variable ${i} must keep its shape and dtype: it was ${formatAval(aval)}, the body gave ${formatAval(output)}`,
      );
  });
}

/** Options of {@link whileLoop}. */
export interface WhileLoopOptions {
  /** The loop ends after that many rounds. Gradients need it. */
  readonly maximumIterations?: number | null;
}

/**
 * Runs `body` as long as `cond` gives true. Loop variables keep their shapes and dtypes.
 *
 * @param cond Takes the loop variables, gives a scalar.
 * @param body Takes the loop variables, gives the new ones (an array, or the one there is).
 * @param loopVars An array of tensors (or nests of them), or one tensor.
 *
 * @throws ValueError when `cond` or `body` is no function, or the body gives another number of values; ShapeError when a variable changes
 * its shape or dtype or `cond` gives no scalar; TraceError when `cond` draws random numbers.
 *
 * @example
 * ops.whileLoop((i) => i.less(10), (i) => [i.mul(2)], [tensor(1)]); // [16]
 */
export function whileLoop<V extends Nest>(
  cond: (...vars: LoopVariables<V>) => TensorLike,
  body: (...vars: LoopVariables<V>) => unknown,
  loopVars: V,
  options: WhileLoopOptions = {},
): Carried<V> {
  requireFunction("while_loop", cond, "cond");
  requireFunction("while_loop", body, "body");
  const single = isTensorBase(loopVars) || !Array.isArray(loopVars);
  const tree = single ? [loopVars] : loopVars;
  const carry = treeValues("while_loop", tree, "loopVars");
  const call =
    (fn: (...vars: LoopVariables<V>) => unknown) =>
    (values: readonly Value[]): unknown =>
      fn(...(treeOf(tree, values) as LoopVariables<V>));
  const test = traceBody("while_loop", carry, (values) => {
    const value = input("while_loop", call(cond)(values) as TensorLike, "the result of cond");
    if (value.shape.length > 0 && value.shape.some((dim) => dim !== 1))
      throw new ShapeError(`[while_loop] cond must give a scalar: received ${formatAval(value)}`);
    return new Tensor(build.cast(build.reshape(value, []), "bool"));
  });
  const step = traceBody("while_loop", carry, (values) => {
    const result = call(body)(values);
    return Array.isArray(result) ? result : [result];
  });
  requireCarry("while_loop", step.graph.outputs, carry);
  if (test.draws.length > 0) throw new TraceError("[while_loop] cond draws random numbers: draw them in the body and carry them");
  const { maximumIterations: limit = null } = optionsOf("while_loop", options);
  const { body: loop, keys } = carryKeys(step, carry);
  const all = [...carry, ...keys];
  const { graphs, captures } = shareCaptures([withMoreInputs(test, carry.length, keys), loop], [all.length, all.length]);
  const params = {
    test: graphs[0] as Body["graph"],
    body: graphs[1] as Body["graph"],
    carry: all.length,
    maxIterations: limit === null ? null : integerInput("while_loop", limit, "maximumIterations", 0),
  };
  const result = treeOf(tree, bind("while", [...all, ...captures], params)) as unknown[];
  return (single ? result[0] : result) as Carried<V>;
}

/** Options of {@link scan}. */
export interface ScanOptions {
  /** Number of rounds, where `xs` does not tell. */
  readonly length?: number | null;
  /** From the last slice to the first. Default false. */
  readonly reverse?: boolean;
  /** Kept for Keras; how loops run is the device's choice. */
  readonly unroll?: number | boolean;
  /**
   * Less memory for gradients, for the time of one more pass: of `length` rounds only what was carried into every n-th is kept on the way there,
   * and the rounds between are computed again on the way back. true: n is √length, which takes least. Default false.
   */
  readonly checkpoint?: boolean | number;
}

/**
 * Carries a state over the slices of `xs` along their first axis, and stacks what each round gives: [final carry, ys].
 *
 * @param f (carry, x) → [new carry, y]; y may be null.
 * @param init The first carry: a tensor or a nest of them.
 * @param xs A tensor or a nest of them, of one length; null for none.
 *
 * @throws ValueError when `f` is no function or does not return [carry, y], when neither `xs` nor a length is given, or for a `checkpoint` below
 * 1; ShapeError when the carry changes its shape or dtype, or lengths differ.
 *
 * @example
 * const [total, partial] = ops.scan((sum, x) => [sum.add(x), sum.add(x)], tensor(0), tensor([1, 2, 3]));
 * total; // 6
 * partial; // [1, 3, 6]
 */
export function scan<C extends Nest, X extends Nest, Y>(
  f: (carry: Carried<C>, x: Carried<X>) => readonly [Carried<C>, Y],
  init: C,
  xs: X | null = null,
  options: ScanOptions = {},
): [carry: Carried<C>, ys: Carried<Y>] {
  requireFunction("scan", f, "f");
  const carry = treeValues("scan", init, "init");
  const slices = xs === null || xs === undefined ? [] : treeValues("scan", xs, "xs");
  const length = scanLength(slices, optionsOf("scan", options).length ?? null);
  const avals = [...carry, ...slices.map(({ dtype, shape }) => ({ dtype, shape: shape.slice(1) }))];
  let stacked: unknown = null;
  const body = traceBody("scan", avals, (values) => {
    const state = treeOf(init, values.slice(0, carry.length)) as Carried<C>;
    const x = (slices.length === 0 ? null : treeOf(xs, values.slice(carry.length))) as Carried<X>;
    const result = f(state, x) as readonly unknown[];
    if (!Array.isArray(result) || result.length !== 2)
      throw new ValueError(`[scan] f must return [carry, y]: received ${describe(result)}`);
    stacked = result[1];
    return [result[0], stacked === null || stacked === undefined ? [] : stacked];
  });
  requireCarry("scan", body.graph.outputs.slice(0, carry.length), carry);
  const { reverse = false, checkpoint = false } = options;
  const { graph, keys, captures } = scanKeys(body, carry.length + slices.length, length, reverse);
  const xsAndKeys = [...slices, ...keys];
  const operands = [...carry, ...xsAndKeys, ...captures];
  const params = { body: graph, carry: carry.length, xs: xsAndKeys.length, length, reverse };
  const steps = segmentSteps(checkpoint, length);
  const outputs = steps < length ? checkpointedScan(operands, params, steps) : bind("scan", operands, params);
  const ys = stacked === null || stacked === undefined ? null : treeOf(stacked, outputs.slice(carry.length));
  return [treeOf(init, outputs.slice(0, carry.length)) as Carried<C>, ys as Carried<Y>];
}

/** Rounds between those whose carry a scan keeps; all of them when it keeps everything. */
function segmentSteps(checkpoint: boolean | number, length: number): number {
  if (typeof checkpoint === "number") return integerInput("scan", checkpoint, "checkpoint", 1);
  return checkpoint ? Math.ceil(Math.sqrt(length)) : length;
}

function scanLength(slices: readonly Value[], given: number | null): number {
  for (const slice of slices) {
    if (slice.shape.length === 0) throw new ShapeError("[scan] xs must have a first axis to go over: received a scalar");
  }
  const length = given ?? (slices[0]?.shape[0] as number | undefined);
  if (length === undefined) throw new ValueError("[scan] give xs or { length }");
  const other = slices.find((slice) => !sameDim(slice.shape[0] as number, length));
  if (other !== undefined)
    throw new ShapeError(`[scan] xs must have length ${length} along their first axis: received ${formatAval(other)}`);
  return length;
}

/**
 * `body(i, value)` for i from `lower` to `upper` - 1, each time with the value it gave before. Tensors as bounds are allowed.
 *
 * The value keeps its shape and dtype from round to round. `i` and bounds that are tensors are int32 scalars.
 *
 * @throws ValueError when `bodyFun` is no function or a bound no integer; ShapeError when the body gives another shape or dtype than it
 * takes.
 *
 * @example
 * ops.foriLoop(0, 4, (i, total) => ops.add(total, i), tensor(0, { dtype: "int32" })); // 6
 */
export function foriLoop<V extends Nest>(
  lower: TensorLike,
  upper: TensorLike,
  bodyFun: (i: Tensor, value: Carried<V>) => Carried<V>,
  initVal: V,
): Carried<V> {
  requireFunction("fori_loop", bodyFun, "bodyFun");
  if (typeof lower === "number" && typeof upper === "number") {
    const count = Math.max(0, integerInput("fori_loop", upper, "upper") - integerInput("fori_loop", lower, "lower"));
    const indices = new Tensor(build.add(build.iota([count], 0), lower));
    return scan((value: Carried<V>, i: Tensor) => [bodyFun(i, value), null], initVal, indices)[0];
  }
  const start = new Tensor(build.cast(input("fori_loop", lower, "lower"), "int32"));
  const end = new Tensor(build.cast(input("fori_loop", upper, "upper"), "int32"));
  const body = (i: Tensor, value: unknown): unknown => [i.add(1), bodyFun(i, value as Carried<V>)];
  return whileLoop((i) => i.less(end), body, [start, initVal])[1] as Carried<V>;
}

/**
 * `f` applied to each slice of `xs` (a tensor or a nest of them) along the first axis, the results stacked.
 *
 * Slices of [length, …] are [...], results of shape [...] are stacked to [length, ...].
 *
 * @throws ValueError when `f` is no function; ShapeError for a scalar, or when tensors of `xs` differ in length.
 *
 * @example
 * ops.map((x) => ops.square(x), tensor([1, 2, 3])); // [1, 4, 9]
 */
export function map<X extends Nest, Y>(f: (x: Carried<X>) => Y, xs: X): Carried<Y> {
  requireFunction("map", f, "f");
  return scan((nothing: [], x: Carried<X>) => [nothing, f(x)], [], xs)[1];
}

/**
 * `fn` applied to each slice of `elements` (a tensor or a nest of them) along the first axis, the results stacked: as {@link map}, but all
 * slices together, see {@link vmap}.
 *
 * Slices of [length, …] are [...], results of shape [...] are stacked to [length, ...].
 *
 * @throws ValueError when `fn` is no function; ShapeError for a scalar, or when tensors of `elements` differ in length.
 *
 * @example
 * ops.vectorizedMap((matrix: Tensor) => ops.trace(matrix), ops.ones([5, 3, 3])) // [3, 3, 3, 3, 3]
 */
export function vectorizedMap<T, R>(fn: (x: T) => R, elements: T): R {
  requireFunction("vectorized_map", fn, "function");
  return vmap(fn as (x: unknown) => R)(elements);
}
