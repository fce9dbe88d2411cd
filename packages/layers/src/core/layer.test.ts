import { reference } from "@neurite/backend-reference";
import {
  compile, createRegistry, GradientTape, type KerasIdentity, deserializeKerasObject, field, type Field, ops, resetAutoNames, SerializationError,
  serializeKerasObject, setDefaultDevice, setSeed, ShapeError, type SymbolicShape, type SymbolicTensor, type Tensor, tensor, ValueError, Variable, withObjectSharing,
} from "@neurite/core"; // prettier-ignore
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Activation, BatchNormalization, type CallOptions, Concatenate, Dense, Dropout, Flatten, Input, isTraining, Layer, type LayerOptions, layersPlugin, withTraining } from "../index.ts"; // prettier-ignore

beforeAll(() => setDefaultDevice(reference()));
beforeEach(() => resetAutoNames());

const names = (weights: readonly Variable[]): string[] => weights.map(({ name }) => name);

/** A layer with everything: layers in fields, lists and objects, weights of its own, and a statistic. */
class Block extends Layer {
  static readonly keras: KerasIdentity = { module: null, className: "Block", registeredName: "tests>Block" };
  static override readonly fields: readonly Field[] = [field.integer("units", { min: 1 })];
  declare readonly units: number;
  readonly first = new Dense(2, { name: "first" });
  readonly list = [new Dense(2, { name: "listed" })];
  readonly table = { norm: new BatchNormalization({ name: "norm" }) };
  scale: Variable | null = null;
  seen: Variable | null = null;

  constructor(units: number, options: LayerOptions = {}) {
    super({ units, ...options } as LayerOptions);
  }

  override build(inputShape: SymbolicShape): void {
    this.seen = this.addWeight({ name: "seen", shape: [], initializer: "zeros", trainable: false });
    this.scale = this.addWeight({ name: "scale", shape: [inputShape.at(-1) as number], initializer: "ones" });
  }

  override call(x: Tensor): Tensor {
    let y = this.first(ops.multiply(x, this.scale as Variable));
    for (const dense of this.list) y = dense(y);
    return this.table.norm(y);
  }
}

describe("calling a layer", () => {
  it("takes tensors, nested arrays and typed arrays, and makes the weights at the first call", async () => {
    const layer = new Dense(2, { kernelInitializer: "ones" });
    expect(layer.built).toBe(false);
    expect(await layer([[1, 2]]).array()).toEqual([[3, 3]]);
    expect(layer.built).toBe(true);
    expect(await layer(tensor([[1, 1]])).array()).toEqual([[2, 2]]);
    expect(await new Flatten()(tensor(new Float32Array([1, 2, 3, 4]), { shape: [1, 2, 2] })).array()).toEqual([[1, 2, 3, 4]]);
  });

  it("is not needed: build makes the weights of layers that are only held, by what the call does with them", () => {
    class Pair extends Layer {
      readonly first = new Dense(3);
      readonly inner = new (class Inner extends Layer {
        readonly second = new Dense(2);
        override call(x: Tensor): Tensor {
          return this.second(x);
        }
      })();
      override call(x: Tensor): Tensor {
        return this.inner(this.first(x));
      }
    }
    const pair = new Pair();
    pair.build([null, 4]);
    expect(pair.weights.map(({ shape }) => [...shape])).toEqual([[4, 3], [3], [3, 2], [2]]);
    expect(names(pair.weights)[2]).toBe("pair/inner/dense_1/kernel");
    class Two extends Layer {
      readonly dense = new Dense(3);
      override call(x: Tensor, y: Tensor): Tensor {
        return this.dense(x.add(y));
      }
    }
    const two = new Two();
    two.buildFromConfig({ input_shape: [null, 4] });
    expect([two.built, two.dense.built]).toEqual([true, false]);
    expect(() => new Pair().buildFromConfig({ input_shape: [null, null] })).toThrow(/the last axis .*in layer "dense_/);
    class Broken extends Pair {
      override call(x: Tensor): Tensor {
        throw new RangeError(`no ${x.ndim}`);
      }
    }
    expect(() => new Broken().buildFromConfig({ input_shape: [null, 4] })).toThrow(new RangeError("no 2"));
    class BrokenInMode extends Layer {
      readonly dense = new Dense(2);
      override call(x: Tensor, options: CallOptions): Tensor {
        throw new RangeError(`no ${x.ndim}, ${String(options.training)}, ${String(options.mask)}`);
      }
    }
    expect(() => new BrokenInMode().buildFromConfig({ input_shape: [null, 4] })).toThrow(new RangeError("no 2, undefined, undefined"));
  });

  it.each([
    (x: Tensor, y: Tensor) => y.add(x),
    (x: Tensor, y: Tensor) => ops.add(x, y),
    (x: Tensor, y: Tensor) => ops.reshape(x, [-1, y.shape[1] as number]),
    (_: Tensor, y: Tensor) => y,
    (x: Tensor, [y]: readonly Tensor[]) => ops.concatenate([x, y as Tensor]),
  ] as ((x: Tensor, y: unknown) => Tensor)[])("waits for a call that wants another input: %s", (combine) => {
    class Two extends Layer {
      readonly dense = new Dense(3);
      override call(x: Tensor, y: unknown): Tensor {
        return this.dense(combine(x, y));
      }
    }
    const two = new Two();
    two.buildFromConfig({ input_shape: [null, 4] });
    expect([two.built, two.dense.built]).toEqual([true, false]);
  });

  it("casts its weights to the compute dtype, but those that are not to be cast", () => {
    class Scaled extends Layer {
      declare wide: Variable;
      declare narrow: Variable;
      override build(): void {
        this.wide = this.addWeight({ name: "wide", shape: [], autocast: false });
        this.narrow = this.addWeight({ name: "narrow", shape: [] });
      }
      override call(x: Tensor): Tensor[] {
        return [this.wide, this.narrow].map((weight) => ops.multiply(x, this.autocast(weight)));
      }
    }
    const layer = new Scaled({ dtype: "mixed_bfloat16" });
    expect(layer<Tensor[]>([1, 2]).map(({ dtype }) => dtype)).toEqual(["float32", "bfloat16"]);
    expect([layer.wide.autocast, layer.narrow.autocast, new Variable(1).autocast]).toEqual([false, true, true]);
  });

  it("on a symbolic tensor makes the weights and records one node", () => {
    const input = Input({ shape: [4], name: "features" });
    const layer = new Dense(3);
    const output = layer(input);
    expect(output.shape).toEqual([null, 3]);
    expect(names(layer.weights)).toEqual(["dense/kernel", "dense/bias"]);
    expect(output.node.operation).toBe(layer);
    expect(output.node.inputs).toEqual([input]);
    expect(layer(input).node.index).toBe(1);
  });

  it("on a list of symbolic tensors joins them", () => {
    const [a, b] = [Input({ shape: [2] }), Input({ shape: [3] })];
    const joined: SymbolicTensor = new Concatenate()([a, b]);
    expect(joined.shape).toEqual([null, 5]);
  });

  it("inside a compiled function works once it is built, and is refused with a hint before", async () => {
    const layer = new Dense(2, { kernelInitializer: "ones" });
    expect(() => compile((x: Tensor) => layer(x))(tensor([[1, 2]]))).toThrow(/create variables before/);
    const other = new Dense(2, { kernelInitializer: "ones" });
    other([[1, 2]]);
    expect(await compile((x: Tensor) => other(x))(tensor([[1, 2]])).array()).toEqual([[3, 3]]);
  });

  it("casts floating inputs to the compute dtype and leaves integers", () => {
    let seen = "";
    class Probe extends Layer {
      call(x: Tensor): Tensor {
        seen = x.dtype;
        return x;
      }
    }
    new Probe()(tensor([1], { dtype: "float64" }));
    expect(seen).toBe("float32");
    new Probe()(tensor([1], { dtype: "int32" }));
    expect(seen).toBe("int32");
    new Probe({ dtype: "mixed_float16" })(tensor([1]));
    expect(seen).toBe("float16");
    const mixed = new Dense(2, { dtype: "mixed_bfloat16" });
    expect(mixed([[1, 2]]).dtype).toBe("bfloat16");
    expect(mixed.kernel.dtype).toBe("float32");
  });
});

describe("training mode", () => {
  class Outer extends Layer {
    readonly inner = new Dropout(0.5, { seed: 3 });
    call(x: Tensor): Tensor {
      return this.inner(x);
    }
  }

  it("reaches layers inside, and is off by default", async () => {
    const outer = new Outer();
    const x = ops.ones([100]);
    expect(await outer(x).array()).toEqual(await x.array());
    const dropped = (await outer(x, { training: true }).array()) as number[];
    expect(new Set(dropped)).toEqual(new Set([0, 2]));
  });

  it("given to a layer inside wins over that around it", async () => {
    class Frozen extends Layer {
      readonly inner = new Dropout(0.5);
      call(x: Tensor): Tensor {
        return this.inner(x, { training: false });
      }
    }
    expect(await new Frozen()(ops.ones([10]), { training: true }).array()).toEqual(Array.from({ length: 10 }, () => 1));
  });

  it("is told by isTraining, and set around code by withTraining", () => {
    const modes: boolean[] = [];
    class Probe extends Layer {
      call(x: Tensor): Tensor {
        modes.push(isTraining());
        return x;
      }
    }
    const probe = new Probe();
    probe([1]);
    probe([1], { training: true });
    withTraining(true, () => probe([1]));
    expect(modes).toEqual([false, true, true]);
    expect(isTraining()).toBe(false);
  });

  it("dropout draws another mask at each call, keeps the sum, and none at rate 0", async () => {
    setSeed(1);
    const dropout = new Dropout(0.25);
    const x = ops.ones([10000]);
    const a = (await dropout(x, { training: true }).array()) as number[];
    const b = (await dropout(x, { training: true }).array()) as number[];
    expect(a).not.toEqual(b);
    expect(a.filter((value) => value === 0).length / 10000).toBeCloseTo(0.25, 1);
    expect(a.reduce((sum, value) => sum + value, 0) / 10000).toBeCloseTo(1, 1);
    expect(new Dropout(0).variables).toHaveLength(0);
    expect(dropout.variables).toHaveLength(1);
    expect(dropout.weights).toHaveLength(0);
  });

  it("batch statistics stay put while the layer is frozen", async () => {
    const norm = new BatchNormalization();
    norm([[1, 2]], { training: true });
    norm.trainable = false;
    const before = await norm.movingMean.array();
    await expect(norm([[1, 2]], { training: true }).array()).resolves.toBeDefined();
    expect(await norm.movingMean.array()).toEqual(before);
  });
});

describe("weights", () => {
  it("are found in fields, lists and objects, own ones first, the trained before the others", () => {
    const block = new Block(1);
    block([[1, 2, 3]]);
    expect(names(block.weights)).toEqual([
      "block/scale", "block/seen",
      "block/first/kernel", "block/first/bias", "block/listed/kernel", "block/listed/bias",
      "block/norm/gamma", "block/norm/beta", "block/norm/moving_mean", "block/norm/moving_variance",
    ]); // prettier-ignore
    expect(names(block.trainableWeights)).not.toContain("block/norm/moving_mean");
    expect(names(block.nonTrainableWeights)).toEqual(["block/seen", "block/norm/moving_mean", "block/norm/moving_variance"]);
    expect(block.countParams()).toBe(3 + 1 + 8 + 6 + 8);
  });

  it("keep their order and place when they are frozen and thawed", () => {
    const block = new Block(1);
    block([[1, 2, 3]]);
    const before = names(block.weights);
    block.trainable = false;
    expect(block.trainableWeights).toHaveLength(0);
    expect(names(block.weights)).toEqual(before);
    expect(block.first.trainable).toBe(false);
    block.first.trainable = true;
    block.trainable = true;
    expect(names(block.trainableWeights)).toEqual(before.filter((name) => !/seen|moving/.test(name)));
  });

  it("of a layer frozen before it is built are not trained by the layer around it", () => {
    const block = new Block(1);
    block.first.trainable = false;
    block([[1, 2, 3]]);
    expect(names(block.trainableWeights)).not.toContain("block/first/kernel");
    expect(names(block.weights).slice(0, 4)).toEqual(["block/scale", "block/seen", "block/first/kernel", "block/first/bias"]);
  });

  it("are copied by getWeights and set by setWeights", async () => {
    const layer = new Dense(2);
    layer([[1, 2, 3]]);
    const saved = await layer.getWeights();
    layer.setWeights([[[1, 2], [3, 4], [5, 6]], [7, 8]]); // prettier-ignore
    expect(await layer([[1, 0, 0]]).array()).toEqual([[8, 10]]);
    layer.kernel.assign(ops.zeros([3, 2]));
    layer.setWeights(saved);
    expect(await layer.kernel.array()).toEqual(await (saved[0] as Tensor).array());
  });

  it("that do not fit are refused by name, before any is set", async () => {
    const layer = new Dense(2, { kernelInitializer: "ones" });
    layer([[1, 2, 3]]);
    expect(() => layer.setWeights([[[1, 2]], [1, 2]])).toThrow(/\[setWeights\] weight "dense\/kernel" has shape \[3,2\]: got \[1,2\]/);
    expect(() => layer.setWeights([[1]])).toThrow(/layer "dense" \(Dense, units=2\) has 2 weights: got 1/);
    expect(() => layer.setWeights([ops.zeros([3, 2]), [1]])).toThrow(ShapeError);
    expect(await layer.kernel.array()).toEqual([[1, 1], [1, 1], [1, 1]]); // prettier-ignore
    expect(() => new Dense(2).countParams()).toThrow(/no weights yet/);
  });

  it("are reached by gradients through layers inside", () => {
    const block = new Block(1);
    const x = tensor([[1, 2, 3], [4, 5, 7]]); // prettier-ignore
    block(x);
    const tape = new GradientTape();
    const loss = tape.run(() => ops.sum(ops.square(block(x, { training: true }))));
    expect(tape.gradient(loss, [...block.trainableWeights]).every((gradient) => gradient !== null)).toBe(true);
  });
});

describe("losses", () => {
  it("are those of regularizers and of the last call", async () => {
    const layer = new Dense(1, { kernelInitializer: "ones", kernelRegularizer: "l2", activityRegularizer: "l1", useBias: false });
    layer([[1, 2], [3, 4]]); // prettier-ignore
    layer([[1, 2], [3, 4]]); // prettier-ignore
    expect(await Promise.all(layer.losses.map((loss) => loss.item()))).toEqual([
      expect.closeTo((0.01 * (3 + 7)) / 2, 6),
      expect.closeTo(0.01 * 2, 6),
    ]);
    layer.trainable = false;
    expect(layer.losses).toHaveLength(1);
  });

  it("added in a call are those of layers inside too, and are cleared by the next call of the outermost", () => {
    class Inner extends Layer {
      call(x: Tensor): Tensor {
        this.addLoss(ops.sum(x));
        return x;
      }
    }
    class Outer extends Layer {
      readonly inner = new Inner();
      call(x: Tensor): Tensor {
        return this.inner(this.inner(x));
      }
    }
    const outer = new Outer();
    outer([1]);
    outer([1]);
    expect(outer.losses).toHaveLength(2);
  });
});

describe("names", () => {
  it("are made of the class and a number, as Keras makes them", () => {
    expect([new Dense(1).name, new Dense(1).name, new BatchNormalization().name]).toEqual(["dense", "dense_1", "batch_normalization"]);
    expect(new Dense(1, { name: "output" }).name).toBe("output");
    expect(new Dense(1).name).toBe("dense_2");
  });
});

describe("errors", () => {
  it("say in which layer they came up, innermost only", () => {
    const block = new Block(1);
    block([[1, 2, 3]]);
    expect(() => new Dense(2, { name: "head" })(new Concatenate()([[1], [2]] as never))).toThrow(
      /, in layer "concatenate" \(Concatenate\)$/,
    );
    const layer = new Dense(10, { name: "head" });
    layer([[1, 2]]);
    expect(() => layer([[1, 2, 3]])).toThrow(/, in layer "head" \(Dense, units=10\)$/);
  });

  it("of options name class and option", () => {
    expect(() => new Dense(-3)).toThrow(new ValueError("[Dense] units must be a positive integer: got -3"));
    expect(() => new Dense(2.5)).toThrow(/\[Dense\] units must be a positive integer: got 2.5/);
    expect(() => new Dense(undefined as never)).toThrow(/\[Dense\] units is missing: it must be a positive integer/);
    expect(() => new Dense(3, { activaton: "relu" } as never)).toThrow(/\[Dense\] unknown option "activaton": did you mean "activation"/);
    expect(() => new Dense(3, "relu" as never)).toThrow(ValueError);
    expect(() => new Dropout(1.5)).toThrow(/\[Dropout\] rate must be a number from 0 to 1: got 1.5/);
    expect(() => new Dense(3, { dtype: "float31" as never })).toThrow(/\[Dense\] dtype must be a dtype/);
  });

  it("of unknown numbers of features are told at build", () => {
    expect(() => new Dense(2)(Input({ shape: [null] }))).toThrow(/the last axis of the input must be known: got shape \[\?,\?\]/);
  });
});

describe("configs of one's own layers", () => {
  const registry = createRegistry([layersPlugin, { name: "tests", layers: { Block, "tests>Block": Block } }]);

  it("come from their fields, and are found in a plugin alone", () => {
    const block = new Block(4, { name: "mine" });
    const config = serializeKerasObject(block) as Record<string, unknown>;
    expect(config).toMatchObject({
      module: null,
      class_name: "Block",
      registered_name: "tests>Block",
      config: { name: "mine", units: 4, trainable: true },
    });
    expect((deserializeKerasObject(config, registry) as Block).units).toBe(4);
    expect(() => deserializeKerasObject(config, createRegistry([layersPlugin]))).toThrow(SerializationError);
    expect(() => deserializeKerasObject(config, createRegistry([layersPlugin]))).toThrow(/nothing is called "Block"/);
  });

  it("refuse keys they do not know, Python lambdas, and values that do not fit", () => {
    expect(() => Dense.fromConfig({ units: 3, unit: 4 }, registry)).toThrow(
      /\[Dense\] the config has "unit", which this class does not know/,
    );
    expect(() => Dense.fromConfig({ units: "3" }, registry)).toThrow(/\[Dense\] units must be a positive integer: the config has "3"/);
    expect(() => deserializeKerasObject({ class_name: "__lambda__", config: { value: "x" } }, registry)).toThrow(/Python lambda/);
  });

  it("keep what is shared shared", () => {
    const dense = new Dense(2);
    const json = withObjectSharing(() => [dense, dense].map(serializeKerasObject));
    expect(json[0]).toHaveProperty("shared_object_id", (json[1] as { shared_object_id: number }).shared_object_id);
    const [a, b] = withObjectSharing(() => json.map((item) => deserializeKerasObject(item, registry)));
    expect(a).toBe(b);
  });
});

it("a layer is no activation but may stand for one", async () => {
  const leaky = new Activation("leaky_relu");
  const layer = new Dense(1, { activation: leaky as never, kernelInitializer: "ones" });
  expect(await layer([[-1]]).array()).toEqual([[expect.closeTo(-0.2, 6)]]);
  expect(layer.getConfig()["activation"]).toMatchObject({ class_name: "Activation", config: { activation: "leaky_relu" } });
});

it("options of a call reach the layer's own call method", () => {
  let got: CallOptions = {};
  class Probe extends Layer {
    call(x: Tensor, options: CallOptions): Tensor {
      got = options;
      return x;
    }
  }
  new Probe()([1], { scale: 3 });
  expect(got["scale"]).toBe(3);
});
