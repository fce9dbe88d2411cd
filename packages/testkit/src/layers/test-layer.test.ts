import { reference } from "@neurite/backend-reference";
import { createRegistry, ops, setDefaultDevice, type Tensor, type Variable } from "@neurite/core";
import { BatchNormalization, Concatenate, Conv2D, Dense, Dropout, Embedding, Layer, layersPlugin } from "@neurite/layers";
import { beforeAll, describe, expect, test } from "vitest";
import { testLayer } from "./test-layer.ts";

const registry = createRegistry([layersPlugin]);
beforeAll(() => setDefaultDevice(reference()));

describe("layers that keep the promises pass", () => {
  test("Dense", () =>
    testLayer(Dense, {
      args: [4, { activation: "elu", kernelRegularizer: "l2" }],
      inputShape: [2, 3],
      expectedOutputShape: [2, 4],
      expectedTrainableWeights: 2,
      expectedNonTrainableWeights: 0,
      expectedLosses: 1,
      registry,
    }));
  test("Conv2D", () => testLayer(Conv2D, { args: [3, 2], inputShape: [2, 5, 5, 2], expectedOutputShape: [2, 4, 4, 3], registry }));
  test("BatchNormalization", () =>
    testLayer(BatchNormalization, { inputShape: [4, 3], expectedTrainableWeights: 2, expectedNonTrainableWeights: 2, registry }));
  test("Dropout", () => testLayer(Dropout, { args: [0.5, { seed: 1 }], inputShape: [4, 3], expectedOutputShape: [4, 3], registry }));
  test("Embedding", () =>
    testLayer(Embedding, {
      args: [4, 3],
      inputShape: [2, 5],
      inputDtype: "uint8",
      expectedOutputShape: [2, 5, 3],
      expectedOutputDtype: "float32",
      policies: [],
      registry,
    }));
  test("Concatenate, of two inputs", () => testLayer(Concatenate, { inputShape: [[2, 3], [2, 4]], expectedOutputShape: [2, 7], registry })); // prettier-ignore
});

/** A layer of one weight, with something wrong. */
class Scale extends Layer {
  weight!: Variable;
  override build(): void {
    this.weight = this.addWeight({ name: "weight", shape: [], initializer: "ones" });
  }
  override call(x: Tensor): Tensor {
    return ops.multiply(x, this.autocast(this.weight)) as Tensor;
  }
}

describe("what is wrong is found", () => {
  test("nothing, in a right one", () => testLayer(Scale, { inputShape: [2, 3], expectedTrainableWeights: 1, registry }));

  test("a config that loses an option", async () => {
    class Forgetful extends Scale {
      readonly factor: number;
      constructor(factor = 1) {
        super();
        this.factor = factor;
      }
      override call(x: Tensor): Tensor {
        return ops.multiply(super.call(x), this.factor) as Tensor;
      }
    }
    await expect(testLayer(Forgetful as never, { args: [3], inputShape: [2, 3], registry })).rejects.toThrow("fromConfig()");
  });

  test("a weight that no gradient reaches", async () => {
    class Unused extends Scale {
      override call(x: Tensor): Tensor {
        return ops.multiply(x, 2) as Tensor;
      }
    }
    await expect(testLayer(Unused, { inputShape: [2, 3], registry })).rejects.toThrow("no gradient reaches");
  });

  test("a gradient that is not finite", async () => {
    class Infinite extends Scale {
      override call(x: Tensor): Tensor {
        return ops.sqrt(ops.abs(ops.subtract(super.call(x), x))) as Tensor;
      }
    }
    await expect(testLayer(Infinite, { inputShape: [2, 3], registry })).rejects.toThrow("not finite");
  });

  test("an output that ignores the dtype policy", async () => {
    class Stubborn extends Scale {
      override call(x: Tensor): Tensor {
        return ops.cast(super.call(x), "float32") as Tensor;
      }
    }
    await expect(testLayer(Stubborn, { inputShape: [2, 3], registry })).rejects.toThrow("under the policy mixed_float16");
  });

  test("steps that leave storages behind", async () => {
    const held: unknown[] = [];
    setDefaultDevice(Object.assign(reference(), { free: (storage: unknown) => void held.push(storage) }));
    try {
      await expect(testLayer(Scale, { inputShape: [2, 3], registry })).rejects.toThrow(
        /\d+ storages live after 3 compiled steps, \d+ after 23/,
      );
    } finally {
      setDefaultDevice(reference());
    }
  });

  test("a shape that is not the expected one", async () => {
    await expect(testLayer(Scale, { inputShape: [2, 3], expectedOutputShape: [2, 4], registry })).rejects.toThrow("shapes of the output");
  });
});
