import { createRegistry, getDefaultRegistry, ops, opsPlugin, setDefaultRegistry, ShapeError, type SymbolicTensor, type Tensor, tensor, ValueError } from "@neurite/core"; // prettier-ignore
import { Add, Dense, Input, type Layer } from "@neurite/layers";
import { beforeEach, describe, expect, test } from "vitest";
import { Model, modelFromJSON, modelToJSON, Sequential } from "../index.ts";
import { formula, setUp } from "../testing/fixtures.ts";

beforeEach(setUp);

describe("input and output", () => {
  test("of a layer are those of its first application", () => {
    const [a, b] = [Input({ shape: [2] }), Input({ shape: [2] })];
    const dense = new Dense(2);
    const [first, second] = [dense(a), dense(b)];
    const add = new Add();
    const sum = add([first, second]);
    expect([dense.input, dense.output]).toEqual([a, first]);
    expect(add.input).toEqual([first, second]);
    expect(add.output).toBe(sum);
    const start = a.node.operation as Layer;
    expect([start.input, start.output]).toEqual([[], a]);
  });

  test("of a layer make a model of a part of another", async () => {
    const x = formula([2, 3], 0.7, 0.1);
    const whole = new Sequential([Input({ shape: [3] }), new Dense(4, { name: "middle" }), new Dense(1)]);
    const part = new Model({ inputs: whole.input, outputs: whole.getLayer("middle").output });
    expect(await part(x).array()).toEqual(await (whole.getLayer("middle")(x) as Tensor).array());
  });

  test("of a model are the trees that it was made with", () => {
    const x = Input({ shape: [2] });
    const y = new Dense(1)(x);
    const model = new Model({ inputs: { x }, outputs: [y] });
    expect([model.input, model.output]).toEqual([{ x }, [y]]);
  });

  test("are none of what never met symbolic tensors", () => {
    const dense = new Dense(1, { name: "alone" });
    dense(tensor([[1]]));
    expect(() => dense.output).toThrow(
      new ValueError('[output] layer "alone" (Dense, units=1) was never applied to symbolic tensors: it has no output'),
    );
    expect(() => new Sequential([new Dense(1)]).input).toThrow(ValueError);
  });
});

describe("indices of symbolic tensors", () => {
  test("are part of the model and of its config", async () => {
    const { plugins } = getDefaultRegistry();
    setDefaultRegistry(() => createRegistry([...plugins, opsPlugin]));
    const x = Input({ shape: [3, 4] });
    const last: SymbolicTensor = x.at(":", -1, [null, null, 2]);
    expect(last.shape).toEqual([null, 2]);
    const model = new Model({ inputs: x, outputs: last });
    const values = tensor([[[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]]]); // prettier-ignore
    expect(await model(values).array()).toEqual([[9, 11]]);
    const copy = modelFromJSON(JSON.stringify(modelToJSON(model)));
    expect(await copy(values).array()).toEqual([[9, 11]]);
  });

  test("give the shapes that there will be, where the batch and other sizes are not known", () => {
    const [x, places] = [Input({ shape: [4, null] }), tensor([0, 2], { dtype: "int32" })];
    const values = ops.reshape(ops.arange(3 * 4 * 5, { dtype: "float32" }), [3, 4, 5]);
    const keys: ops.IndexKey[][] = [
      [[0, 2]], [[0, -1]], [[null, null, -2]], [-1], [null, [1, 3]], ["...", 0], [places], [":", ":", places], [places, places], [":", places, places],
      [places, ":", places], ["...", places], [[0, 2], places], [0, places], [":", [1, 3], places],
    ]; // prettier-ignore
    for (const key of keys) {
      const model = new Model({ inputs: x, outputs: x.at(...key) });
      const [item, whole] = [model(values), values.at(...key)];
      const symbolic = (model.output as SymbolicTensor).shape;
      expect([...item.shape]).toEqual([...whole.shape]);
      expect(symbolic.map((size, axis) => size ?? item.shape[axis])).toEqual([...item.shape]);
    }
    const shapes = keys.map((key) => JSON.stringify(x.at(...key).shape));
    expect(shapes.slice(0, 2)).toEqual(["[null,4,null]", "[null,4,null]"]);
    expect(shapes.slice(6, 11)).toEqual(["[2,4,null]", "[null,4,2]", "[2,null]", "[null,2]", "[2,4]"]);
  });

  test("out of range are refused at once", () => {
    expect(() => Input({ shape: [3] }).at(":", 3)).toThrow(ShapeError);
    expect(() => Input({ shape: [3] }).at(0, 0, 0)).toThrow(ShapeError);
  });

  test("are written to where the batch is not known, from its end too", async () => {
    const x = Input({ shape: [2] });
    const updated = ops.scatterUpdate(x as never, tensor([[0, 1], [-1, 0]], { dtype: "int32" }), tensor([5, 6])); // prettier-ignore
    const model = new Model({ inputs: x, outputs: updated as never });
    expect(await (model(ops.zeros([3, 2])) as Tensor).array()).toEqual([[0, 5], [0, 0], [6, 0]]); // prettier-ignore
  });
});
