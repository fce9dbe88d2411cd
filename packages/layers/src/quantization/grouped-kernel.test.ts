import { reference } from "@neurite/backend-reference";
import { createRegistry, deserializeKerasObject, serializeKerasObject, setDefaultDevice, tensor, type Tensor } from "@neurite/core";
import { beforeAll, describe, expect, it } from "vitest";
import { Dense, EinsumDense, GroupedKernel, layersPlugin } from "../index.ts";
import { kerasGroupedKernels } from "../testing/keras-grouped-kernels.ts";

const registry = createRegistry([layersPlugin]);
beforeAll(() => setDefaultDevice(reference()));

const flat = (x: unknown): number[] => (Array.isArray(x) ? x.flatMap(flat) : [Number(x)]);

describe("a kernel of GPTQ or AWQ gives what Keras's gives", () => {
  it.each(kerasGroupedKernels)("$mode, $serialized.class_name, $serialized.config.units", async ({ x, weights, y, serialized }) => {
    const layer = deserializeKerasObject(serialized, registry) as Dense | EinsumDense;
    if (layer instanceof Dense) expect(layer.groupedKernel).toBeInstanceOf(GroupedKernel);
    const stored = layer.storedWeights;
    expect(stored.map(({ shape }) => [...shape])).toEqual(weights.map((weight) => tensor(weight as never).shape));
    stored.forEach((variable, i) => variable.assign(tensor(weights[i] as never, { dtype: variable.dtype })));
    const found = flat(await (layer(tensor(x as never)) as Tensor).array());
    flat(y).forEach((value, i) => expect(Math.abs((found[i] as number) - value)).toBeLessThan(1e-6 * Math.max(100, Math.abs(value))));
    expect(serializeKerasObject(layer)).toEqual(serialized);
  });
});

it("groups of inputs follow each other until a file says otherwise", async () => {
  const layer = new Dense(2, { dtype: "gptq/4/3_from_float32" });
  layer.build([null, 7]);
  expect(await layer.groupedKernel!.group.array()).toEqual([0, 0, 0, 1, 1, 1, 2]);
  expect(layer.trainableWeights.map(({ shape }) => shape)).toEqual([[2]]);
});

it("what goes between heads has rows for what is summed, and no other rank is taken", () => {
  const layer = new EinsumDense("abcd,cde->abe", [null, 2], { dtype: "gptq/4/-1_from_float32" });
  layer.build([null, 3, 2, 4]);
  // As Keras: the largest axis is the second, so heads are taken for rows.
  expect(layer.groupedKernel!.matrix.scale.shape).toEqual([2, 1]);
  expect(layer.getConfig()["gptq_unpacked_column_size"]).toBe(2);
  expect(() => layer.enableLora(2)).toThrow("kernels of GPTQ, AWQ and float8 have no updates");
  const wide = new EinsumDense("ab,bcde->acde", [2, 2, 2], { dtype: "awq/4/-1_from_float32" });
  expect(() => wide.build([null, 3])).toThrow("kernels of GPTQ and AWQ have 2 or 3 axes: got shape [3,2,2,2]");
});
