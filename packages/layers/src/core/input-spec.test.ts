import { reference } from "@neurite/backend-reference";
import {
  type DType,
  DTypeError,
  ops,
  setDefaultDevice,
  ShapeError,
  serializeKerasObject,
  type Tensor,
  tensor,
  ValueError,
} from "@neurite/core";
import { beforeAll, describe, expect, it } from "vitest";
import { Add, Conv2D, Dense, Input, InputSpec, type InputSpecOptions, type InputSpecTree, Layer, layersPlugin, LSTM } from "../index.ts";
import { kerasInputSpecs, kerasLayerInputs } from "../testing/keras-input-specs.ts";

beforeAll(() => setDefaultDevice(reference()));

/** Sums all inputs, which must be as the spec says. */
class Total extends Layer {
  constructor(spec: InputSpecTree) {
    super({ name: "total", autocast: false });
    this.inputSpec = spec;
  }
  override call(inputs: unknown): Tensor {
    const list = Object.values(
      typeof inputs === "object" && inputs !== null && !("dtype" in inputs) ? inputs : [inputs],
    ) as (Tensor | null)[];
    return ops.sum(list.find((each) => each !== null) as Tensor);
  }
}

type Call = (...inputs: unknown[]) => Tensor;
const total = (spec: InputSpecTree): Call => new Total(spec) as unknown as Call;

describe("input specs take what Keras's take", () => {
  for (const { options, config, fits } of kerasInputSpecs) {
    it(JSON.stringify(options), () => {
      const spec = new InputSpec(options as InputSpecOptions);
      for (const [dtype, shape, taken] of fits) {
        const call = (): unknown => total(spec)(ops.zeros(shape, { dtype: dtype as DType }));
        if (taken) call();
        else expect(call, `${dtype} [${shape}]`).toThrow(/\[Total\] the input must .*: got .*, in layer "total"/);
      }
      expect(spec.getConfig()).toEqual(config);
      expect(InputSpec.fromConfig(config).getConfig()).toEqual(config);
    });
  }

  it("and are written as Keras writes them", () => {
    expect(serializeKerasObject(new InputSpec({ ndim: 4, axes: { [-1]: 3 } }))).toEqual({
      module: "keras",
      class_name: "InputSpec",
      config: { dtype: null, shape: null, ndim: 4, max_ndim: null, min_ndim: null, axes: { "-1": 3 }, optional: false },
      registered_name: null,
    });
  });
});

describe("layers take what Keras's take", () => {
  const classes = layersPlugin.layers as Readonly<Record<string, new (...args: unknown[]) => Call>>;
  for (const { class: name, args, built, taken } of kerasLayerInputs) {
    it(name, () => {
      const layer = new classes[name]!(...args);
      if (built !== null) layer(ops.zeros(built));
      for (const [shape, isTaken] of taken) {
        const call = (): unknown => layer(ops.zeros(shape));
        if (isTaken) call();
        else expect(call, `[${shape}]`).toThrow(ShapeError);
      }
    });
  }
});

describe("errors name the layer, what it takes and what it got", () => {
  it.each([
    ["rank", () => new Conv2D(4, 3)(ops.zeros([28, 28, 1])), ShapeError, /^\[Conv2D\] the input must have 4 axes, \[batch, rows, columns, channels\]: got float32 \[28,28,1\], in layer "conv2d.*" \(Conv2D, filters=4/],
    ["features", () => { const dense = new Dense(4); dense(ops.zeros([2, 3])); dense(ops.zeros([2, 5])); }, ShapeError, /^\[Dense\] the input must have size 3 along axis -1: got float32 \[2,5\]/],
    ["a symbolic input", () => new LSTM(4)(Input({ shape: [7] })), ShapeError, /^\[LSTM\] the input must have 3 axes, \[batch, timesteps, features\]: got float32 \[\?,7\]/],
    ["one axis", () => total(new InputSpec({ maxNdim: 1 }))(ops.zeros([1, 1])), ShapeError, /must have 1 axis or fewer: got/],
    ["dtype", () => total(new InputSpec({ dtype: "int32" }))(tensor([1.5])), DTypeError, /must be of dtype int32: got float32 \[1\]/],
    ["shape", () => total(new InputSpec({ shape: [null, 2] }))(ops.zeros([1, 3])), ShapeError, /must have shape \[\?,2\]: got float32 \[1,3\]/],
    ["an axis that is not there", () => total(new InputSpec({ axes: { 1: 3 } }))(ops.zeros([3])), ShapeError, /must have size 3 along axis 1: got float32 \[3\]/],
    ["the second of two", () => total([null, new InputSpec({ ndim: 1 })])([tensor(1), tensor(2)]), ShapeError, /input 1 must have 1 axis: got/],
    ["a number of inputs", () => total([new InputSpec(), new InputSpec()])([tensor(1), tensor(2), tensor(3)]), ValueError, /\[Total\] 2 inputs are needed: got 3/],
    ["one input", () => total(new InputSpec())([tensor(1), tensor(2)]), ValueError, /\[Total\] 1 input is needed: got 2/],
    ["null", () => total([new InputSpec()])([null]), ValueError, /the input must be a tensor: got null/],
    ["a name", () => total([new InputSpec({ name: "a" }), new InputSpec({ name: "b" })])({ a: tensor(1), c: tensor(2) }), ValueError, /input "b" is missing: got a, c/],
    ["a named input", () => total([new InputSpec({ name: "a" }), new InputSpec({ name: "b", ndim: 1 })])({ b: tensor(1), a: tensor(2) }), ShapeError, /input "b" must have 1 axis/],
    ["an axis of a spec", () => new InputSpec({ ndim: 2, axes: { 2: 3 } }), ValueError, /\[InputSpec\] axes names axis 2: the input has 2 axes at most/],
    ["what is no axis", () => new InputSpec({ axes: { a: 3 } as never }), ValueError, /\[InputSpec\] axes must be an object of sizes by axis/],
    ["an option", () => new InputSpec({ rank: 3 } as never), ValueError, /\[InputSpec\] unknown option "rank"/],
  ] as const)("%s", (_what, run, error, message) => {
    expect(run).toThrow(error);
    expect(run).toThrow(message);
  }); // prettier-ignore

  it("null fits where the input is optional, and inputs with names are found by them", () => {
    expect(total([new InputSpec({ optional: true }), new InputSpec()])([null, tensor(2)]).itemSync()).toBe(2);
    const named = total([new InputSpec({ name: "a", ndim: 0 }), new InputSpec({ name: "b", ndim: 1 })]);
    expect(named({ b: tensor([1]), a: tensor(2) }).itemSync()).toBe(1);
  });

  it("a layer that has none takes what it can", () => {
    expect(new Add().inputSpec).toBe(null);
  });
});
