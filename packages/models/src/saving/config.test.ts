import { createRegistry, getDefaultRegistry, ops, opsPlugin, SerializationError, setDefaultRegistry, type Tensor } from "@neurite/core";
import { Dense, Input } from "@neurite/layers";
import { beforeEach, describe, expect, test } from "vitest";
import { Model, modelFromJSON, modelToJSON, Sequential } from "../index.ts";
import { formula, setUp } from "../testing/fixtures.ts";

beforeEach(() => {
  setUp();
  const { plugins } = getDefaultRegistry();
  setDefaultRegistry(() => createRegistry([...plugins, opsPlugin]));
});

function graph(): Model {
  const x = Input({ shape: [4] });
  const dense = new Dense(4, { activation: "tanh" });
  const twice = ops.multiply(dense(dense(x)), 2);
  const [left] = ops.split(twice, 2, { axis: -1 });
  return new Model({ inputs: x, outputs: [ops.mean(twice, { axis: 1 }), ops.getItem(left, [":", [1, null]])] as never });
}

describe.each([
  ["a graph of layers and ops", graph],
  ["a stack", () => new Sequential([Input({ shape: [4] }), new Dense(3), new Dense(2)])],
])("%s", (_, make) => {
  test("comes back from its JSON, and computes the same with the same weights", async () => {
    const model: Model = make();
    const copy = modelFromJSON(JSON.stringify(modelToJSON(model)));
    expect(modelToJSON(copy)).toEqual(modelToJSON(model));
    copy.setWeights(await model.getWeights());
    const x = formula([2, 4], 0.7, 0.1);
    const [own, others] = await Promise.all([model, copy].map((m) => Promise.all([m(x)].flat().map((y) => (y as Tensor).array()))));
    expect(others).toEqual(own);
  });
});

test.each([
  ["{", "this is no JSON"],
  ["[]", "this describes no model"],
  [JSON.stringify({ class_name: "Dense", module: "keras.layers", config: { units: 2 } }), "this describes a Dense, and no model"],
])("%s is refused", (text, message) => {
  expect(() => modelFromJSON(text)).toThrow(SerializationError);
  expect(() => modelFromJSON(text)).toThrow(message);
});
