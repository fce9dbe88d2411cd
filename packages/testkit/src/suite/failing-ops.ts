/** Errors that only the data show: they name the op that was called, wherever it was. */
import { compile, type DType, getDefaultDevice, grad, ops, type Tensor, tensor, vmap, withScope } from "@neurite/core";
import { assertFails } from "./assert.ts";
import { NotApplicable } from "./options.ts";

const ints = (...data: number[]): Tensor => tensor(data, { dtype: "int32" }) as unknown as Tensor;

/** Name of an op, and a call that fails at run time though its shapes and dtypes are right. `i` is a vector [9]. */
const calls: readonly (readonly [op: string, call: (i: Tensor) => Tensor])[] = [
  ["take", (i) => ops.take([1, 2, 3], i)],
  ["get_item", (i) => ops.getItem([1, 2, 3], [i])],
  ["get_item", (i) => ops.getItem([[1, 2], [3, 4]], [i, i])], // prettier-ignore
  ["take_along_axis", (i) => ops.takeAlongAxis([[1, 2, 3]], ops.reshape(i, [1, 1]), { axis: 1 })],
  ["scatter", (i) => ops.scatter(ops.reshape(i, [1, 1]), [1], [3])],
  ["scatter_update", (i) => ops.scatterUpdate([1, 2, 3], ops.reshape(i, [1, 1]), [5])],
  ["scatter_update", (i) => ops.scatterUpdate([[1, 2], [3, 4]], ops.reshape(ops.repeat(i, 2), [1, 2]), [5])], // prettier-ignore
  ["floor_divide", (i) => ops.floorDivide(ints(7), ops.subtract(i, 9))],
  ["mod", (i) => ops.mod(ints(7), ops.subtract(i, 9))],
  ["fmod", (i) => ops.fmod(ints(7), ops.subtract(i, 9))],
  ["sparse_categorical_crossentropy", (i) => ops.sparseCategoricalCrossentropy(i, [[0.2, 0.8]])],
];

/** Ways of calling it that must not change what the error says. */
const ways: Readonly<Record<string, (call: (i: Tensor) => Tensor) => Tensor>> = {
  "as it stands": (call) => call(ints(9)),
  "below another op": (call) => ops.sum(ops.multiply(call(ints(9)), 2)),
  compiled: (call) => compile(call)(ints(9)),
  mapped: (call) => vmap(call)(ops.reshape(ints(9), [1, 1])),
  "in a layer": (call) => withScope("layer", () => call(ints(9))),
};

/** Reads the result of `call` called in every one of those ways. */
export async function failingOpsTest(): Promise<void> {
  for (const dtype of ["int32", "bool"] satisfies DType[]) {
    if (!getDefaultDevice().capabilities.dtypes.has(dtype)) throw new NotApplicable(`no ${dtype}`);
  }
  for (const [name, call] of calls) {
    for (const way in ways) {
      const where = way === "in a layer" ? ', in layer "layer"' : "";
      const expected = new RegExp(`^\\[${name}\\] [^[]*(\\[[0-9,]*\\])?${where}$`);
      await assertFails(`${name}, ${way}`, () => (ways[way] as (typeof ways)[string])(call).data(), expected);
      await getDefaultDevice().sync();
    }
  }
  const slope = (): Promise<unknown> => grad((x: Tensor) => ops.sum(ops.take(x, ints(9))))(tensor([1, 2, 3])).data();
  await assertFails("the gradient of take", slope, /^\[take\] /);
}
