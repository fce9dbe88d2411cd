import { reference } from "@neurite/backend-reference";
import { createRegistry, deserializeKerasObject, ops, serializeKerasObject, setDefaultDevice, type Tensor } from "@neurite/core";
import { beforeAll, describe, expect, test } from "vitest";
import { Input, Lambda, layersPlugin } from "../index.ts";

beforeAll(() => setDefaultDevice(reference()));

const scaled = (x: Tensor, { by = 1 }: { readonly by?: number } = {}): Tensor => ops.multiply(x, by);

describe("Lambda", () => {
  test("applies a function, with arguments where it has any", async () => {
    expect(await new Lambda((x: Tensor) => ops.square(x))([[1, 2, 3]]).array()).toEqual([[1, 4, 9]]);
    expect(await new Lambda(scaled)([[1, 2]]).array()).toEqual([[1, 2]]);
    expect(await new Lambda(scaled, { arguments: { by: 3 } })([[1, 2]]).array()).toEqual([[3, 6]]);
  });

  test("gives shapes in functional models", () => {
    const x = Input({ shape: [4, 3] });
    expect(new Lambda((y: Tensor) => ops.sum(y, { axis: 1 }))(x).shape).toEqual([null, 3]);
  });

  test("comes back from its config where a plugin has the function", async () => {
    const layer = new Lambda(scaled, { arguments: { by: 3 }, name: "triple" });
    const json = serializeKerasObject(layer);
    expect(json).toMatchObject({
      module: "keras.layers",
      class_name: "Lambda",
      config: {
        name: "triple",
        function: { module: "builtins", class_name: "function", config: "scaled", registered_name: "function" },
        arguments: { by: 3 },
      },
    });
    const mine = { name: "mine", activations: { scaled } };
    const again = deserializeKerasObject(JSON.parse(JSON.stringify(json)), createRegistry([layersPlugin, mine])) as Lambda;
    expect(await again([[1, 2]]).array()).toEqual([[3, 6]]);
    expect(() => deserializeKerasObject(json, createRegistry([layersPlugin]))).toThrow('nothing is called "scaled"');
  });

  test("a function without a name cannot be written, a lambda of Python not be read", () => {
    expect(() => serializeKerasObject(new Lambda((x: Tensor) => x))).toThrow("a function without a name");
    const json = {
      module: "keras.layers",
      class_name: "Lambda",
      config: { function: { class_name: "__lambda__", config: { code: "4wE=" } } },
    };
    expect(() => deserializeKerasObject(json, createRegistry([layersPlugin]))).toThrow("a Python lambda");
  });

  test("anything but a function is an error", () => {
    expect(() => new Lambda("relu" as never)).toThrow('[Lambda] function must be a function: got "relu"');
  });
});
