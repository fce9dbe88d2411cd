import { classOf, identityOf, type OptimizerLike, snakeCase, type TypedArray, type Variable } from "@neurite/core";
import type { Model } from "@neurite/models";
import type { ArrayToWrite } from "../hdf5/write-hdf5.ts";
import { numberedNames, stateTree } from "./state-tree.ts";

/** What a file of weights holds of a layer, a model or an optimizer. */
export interface StateGroup {
  /** Its group in the file: "layers/dense_1". Empty for the whole model. */
  readonly path: string;
  /** What the object is called. */
  readonly name: string;
  /** Its own variables, in their order. */
  readonly arrays: readonly ArrayToWrite[];
}

/** An object with variables, at its group. */
interface Holder {
  readonly path: string;
  readonly name: string;
  readonly variables: readonly Variable[];
}

/** The optimizers that a {@link OptimizerLike} may hold, as Keras's wrappers call them. */
interface Wrapper {
  readonly innerOptimizer?: OptimizerLike;
  readonly optimizers?: readonly OptimizerLike[];
}

/**
 * The state of a model and of its optimizer, all of it as it is now: what training does while it is read changes nothing.
 */
export async function stateOf(model: Model): Promise<StateGroup[]> {
  const holders: Holder[] = stateTree(model).map(({ path, layer, variables }) => ({ path, name: layer.name, variables }));
  if (model.compiled) holders.push(...optimizerHolders("optimizer", model.optimizer));
  const taken = holders.map((holder) => ({ ...holder, values: holder.variables.map((variable) => variable.read()) }));
  return Promise.all(
    taken.map(async ({ path, name, variables, values }) => ({
      path,
      name,
      arrays: await Promise.all(values.map(async (value, i) => arrayOf(variables[i] as Variable, (await value.data()) as TypedArray))),
    })),
  );
}

function optimizerHolders(path: string, optimizer: OptimizerLike): Holder[] {
  const { innerOptimizer, optimizers = [] } = optimizer as Wrapper;
  const names = numberedNames(optimizers.map((each) => snakeCase(identityOf(classOf(each)).className)));
  return [
    { path, name: optimizer.name, variables: optimizer.variables },
    ...(innerOptimizer === undefined ? [] : optimizerHolders(`${path}/inner_optimizer`, innerOptimizer)),
    ...optimizers.flatMap((each, i) => optimizerHolders(`${path}/optimizers/${names[i] as string}`, each)),
  ];
}

/** Counters, by the names that Keras has for them: they have 32 bits here and 64 in files. */
const counter = /(^|\/)(iteration|step_counter|count)$/;

function arrayOf({ name, dtype, shape }: Variable, data: TypedArray): ArrayToWrite {
  if (dtype === "int32" && counter.test(name))
    return { dtype: "int64", shape, bytes: bytesOf(BigInt64Array.from(data as Int32Array, BigInt)) };
  return { dtype, shape, bytes: bytesOf(data) };
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array => new Uint8Array(buffer, byteOffset, byteLength);
