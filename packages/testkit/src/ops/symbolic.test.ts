/** On symbolic tensors each op records one operation, which can be applied again to real tensors. */
import { ops, opInfo, setDefaultDevice, symbolicInput, type SymbolicTensor, tensor, type Tensor } from "@neurite/core";
import { reference } from "@neurite/backend-reference";
import { beforeAll, describe, expect, test } from "vitest";

beforeAll(() => setDefaultDevice(reference()));

const input = (shape: readonly (number | null)[]): SymbolicTensor =>
  symbolicInput({ name: "input", apply: () => null }, { dtype: "float32", shape }, "x");

describe("ops on symbolic tensors", () => {
  test("record one operation of Keras's name, with shapes inferred", () => {
    const y = ops.softmax(input([null, 10]), { axis: -1 });
    expect(y.shape).toEqual([null, 10]);
    expect(y.node.operation.name).toMatch(/^softmax(_\d+)?$/);
    expect(y.node.args).toHaveLength(1);
    expect(y.node.kwargs).toEqual({ axis: -1 });
    expect(opInfo(ops.logSoftmax)).toEqual({ name: "log_softmax", params: ["x"] });
  });

  test.each<readonly [string, (x: SymbolicTensor) => SymbolicTensor, (x: Tensor) => Tensor]>([
    ["with options", (x) => ops.sum(x, { axis: 1 }), (x) => ops.sum(x, { axis: 1 })],
    ["with two operands", (x) => ops.add(x, x), (x) => ops.add(x, x)],
    ["with a list", (x) => ops.concatenate([x, x], { axis: 1 }), (x) => ops.concatenate([x, x], { axis: 1 })],
    ["with any number of operands", (x) => ops.einsum("ij,kj->ik", x, x), (x) => ops.einsum("ij,kj->ik", x, x)],
    [
      "with tensors among the options",
      (x) => ops.layerNormalization(x, { gamma: [1, 2, 3] }),
      (x) => ops.layerNormalization(x, { gamma: [1, 2, 3] }),
    ],
  ])("%s apply again to what a model is called with", async (_, symbolic, eager) => {
    const x = input([2, 3]);
    const { node } = symbolic(x);
    const real = tensor([
      [1, 2, 4],
      [3, 5, 9],
    ]);
    const replace = (value: unknown): unknown => (value === x ? real : Array.isArray(value) ? value.map(replace) : value);
    const again = node.operation.apply(node.args.map(replace), node.kwargs) as Tensor;
    expect(await again.array()).toEqual(await eager(real).array());
  });

  test("several results", () => {
    const [values, indices] = ops.topK(input([null, 10]), 3);
    expect([values.shape, indices.shape, indices.dtype]).toEqual([[null, 3], [null, 3], "int32"]);
    expect(values.node).toBe(indices.node);
  });
});
