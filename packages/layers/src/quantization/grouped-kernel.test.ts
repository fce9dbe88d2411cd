import { reference } from "@neurite/backend-reference";
import { createRegistry, deserializeKerasObject, serializeKerasObject, setDefaultDevice, tensor, type Tensor } from "@neurite/core";
import { beforeAll, describe, expect, it } from "vitest";
import { Dense, GroupedKernel, layersPlugin } from "../index.ts";
import { kerasGroupedKernels } from "../testing/keras-grouped-kernels.ts";

const registry = createRegistry([layersPlugin]);
beforeAll(() => setDefaultDevice(reference()));

const flat = (x: unknown): number[] => (Array.isArray(x) ? x.flatMap(flat) : [Number(x)]);

describe("a kernel of GPTQ or AWQ gives what Keras's gives", () => {
  it.each(kerasGroupedKernels)("$mode, $serialized.config.units units", async ({ x, weights, y, serialized }) => {
    const layer = deserializeKerasObject(serialized, registry) as Dense;
    expect(layer.groupedKernel).toBeInstanceOf(GroupedKernel);
    const stored = layer.storedWeights;
    expect(stored.map(({ shape }) => [...shape])).toEqual(weights.map((weight) => tensor(weight as never).shape));
    stored.forEach((variable, i) => variable.assign(tensor(weights[i] as never, { dtype: variable.dtype })));
    const found = flat(await (layer(tensor(x as never)) as Tensor).array());
    flat(y).forEach((value, i) => expect(found[i]).toBeCloseTo(value, 4));
    expect(serializeKerasObject(layer)).toEqual(serialized);
  });
});

it("groups of inputs follow each other until a file says otherwise", async () => {
  const layer = new Dense(2, { dtype: "gptq/4/3_from_float32" });
  layer.build([null, 7]);
  expect(await layer.groupedKernel!.group.array()).toEqual([0, 0, 0, 1, 1, 1, 2]);
  expect(layer.trainableWeights.map(({ shape }) => shape)).toEqual([[2]]);
});
