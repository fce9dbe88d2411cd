import { reference } from "@neurite/backend-reference";
import {
  createRegistry,
  deserializeKerasObject,
  ops,
  serializeKerasObject,
  setDefaultDevice,
  setSeed,
  type Tensor,
  tensor,
} from "@neurite/core";
import { beforeAll, describe, expect, it } from "vitest";
import * as everything from "./index.ts";
import {
  type Constraint,
  Dense,
  getActivation,
  getConstraint,
  getInitializer,
  getRegularizer,
  layersPlugin,
  type Regularizer,
  relu,
} from "./index.ts";
import { kerasActivations } from "./testing/keras-activations.ts";
import { kerasConstraints } from "./testing/keras-constraints.ts";
import { kerasInitializers } from "./testing/keras-initializers.ts";
import { kerasRegularizers } from "./testing/keras-regularizers.ts";

beforeAll(() => setDefaultDevice(reference()));

/** Keras keeps some numbers as float32. */
const rounded = (json: unknown): unknown =>
  JSON.parse(JSON.stringify(json), (_, value: unknown) => (typeof value === "number" ? Math.fround(value) : value)) as unknown;

const registry = createRegistry([layersPlugin]);
const flat = (x: unknown): number[] => (Array.isArray(x) ? x.flatMap(flat) : [Number(x)]);
const make = <T>(name: string, options: object): T =>
  new (everything as unknown as Record<string, new (options: object) => T>)[name]!(options);

async function expectClose(actual: Tensor, expected: unknown): Promise<void> {
  const want = flat(expected);
  flat(await actual.array()).forEach((value, i) =>
    expect(Math.abs(value - want[i]!) / Math.max(1, Math.abs(want[i]!)), `${i}`).toBeLessThan(1e-5),
  );
}

describe("activations give Keras's values under Keras's names", () => {
  for (const { name, x, y } of kerasActivations) {
    it(name, async () => {
      const activation = getActivation(name);
      await expectClose(activation(tensor(name === "glu" ? (x as never) : ([x] as never))), y);
      const layer = new Dense(2, { activation: name });
      const written = { swish: "silu", hard_swish: "hard_silu" }[name as string] ?? name;
      expect(layer.getConfig()["activation"]).toBe(written);
      expect((Dense.fromConfig(layer.getConfig(), registry) as Dense).activation).toBe(activation);
    });
  }

  it("relu takes a slope, a cap and a threshold", async () => {
    const x = tensor([-2, -0.5, 0.5, 1, 3]);
    await expectClose(relu(x, { negativeSlope: 0.1, maxValue: 2, threshold: 1 }), [-0.3, -0.15, -0.05, 0, 2]);
    await expectClose(relu(x, { maxValue: 0.75 }), [0, 0, 0.5, 0.75, 0.75]);
  });

  it("functions of one's own are written by name and found in a plugin", () => {
    const steep = (x: Tensor): Tensor => ops.multiply(x, 10);
    const layer = new Dense(2, { activation: steep });
    expect(layer.getConfig()["activation"]).toEqual({
      module: "builtins",
      class_name: "function",
      config: "steep",
      registered_name: "steep",
    });
    const withOwn = registry.with({ name: "own", activations: { steep } });
    expect((Dense.fromConfig(layer.getConfig(), withOwn) as Dense).activation).toBe(steep);
    expect(() => Dense.fromConfig(layer.getConfig(), registry)).toThrow(
      /nothing is called "steep" among activations|nothing is called "steep"/,
    );
  });

  it("an unknown name is refused with the nearest ones", () => {
    expect(() => new Dense(2, { activation: "rellu" })).toThrow(/unknown name "rellu" among activations: did you mean "relu"/);
  });
});

describe("regularizers give Keras's penalties and configs", () => {
  for (const { class: name, options, x, y, serialized } of kerasRegularizers) {
    it(`${name} ${JSON.stringify(options)}`, async () => {
      const regularizer = make<Regularizer>(name, options);
      expect(await regularizer(tensor(x as never)).item()).toBeCloseTo(y as number, 5);
      expect(rounded(serializeKerasObject(regularizer))).toEqual(rounded(serialized));
      expect(rounded(serializeKerasObject(deserializeKerasObject(serialized, registry)))).toEqual(rounded(serialized));
    });
  }

  it("identifiers are Keras's", () => {
    expect(getRegularizer("l2")).toBeInstanceOf(everything.L2);
    expect(getRegularizer(null)).toBeNull();
  });
});

describe("numbers in front, as in Keras", () => {
  const { L1, L2, L1L2, MaxNorm, MinMaxNorm, OrthogonalRegularizer, UnitNorm } = everything;
  it.each([
    [new L1(0.5), { l1: 0.5 }],
    [new L2(0.5), { l2: 0.5 }],
    [new L1L2(0.5, 0.25), { l1: 0.5, l2: 0.25 }],
    [new L1L2(0.5), { l1: 0.5, l2: 0 }],
    [new L1L2(0.5, { l2: 0.25 }), { l1: 0.5, l2: 0.25 }],
    [new L1L2({ l2: 0.25 }), { l1: 0, l2: 0.25 }],
    [new OrthogonalRegularizer(0.5, { mode: "columns" }), { factor: 0.5, mode: "columns" }],
    [new MaxNorm(3), { max_value: 3, axis: 0 }],
    [new MaxNorm(3, { axis: [0, 1] }), { max_value: 3, axis: [0, 1] }],
    [new MinMaxNorm(0.5, 2, { rate: 0.5 }), { min_value: 0.5, max_value: 2, rate: 0.5, axis: 0 }],
    [new MinMaxNorm(0.5), { min_value: 0.5, max_value: 1, rate: 1, axis: 0 }],
    [new UnitNorm(1), { axis: 1 }],
    [new everything.Constant(3), { value: 3 }],
    [new everything.Identity(3), { gain: 3 }],
    [new everything.Orthogonal(3, { seed: 1 }), { gain: 3, seed: 1 }],
    [new UnitNorm([0, 1]), { axis: [0, 1] }],
  ])("%s", (made, config) => {
    expect(made.getConfig()).toEqual(config);
  });

  it("for layers, too", () => {
    const { Concatenate, ELU, LeakyReLU, Masking, ReLU, Softmax, UnitNormalization } = everything;
    expect(new LeakyReLU(0.2).getConfig()).toMatchObject({ negative_slope: 0.2 });
    expect(new ReLU(6, { name: "six" }).getConfig()).toMatchObject({ max_value: 6, name: "six" });
    expect(new ELU(0.5).getConfig()).toMatchObject({ alpha: 0.5 });
    expect(new Softmax([1, 2]).getConfig()).toMatchObject({ axis: [1, 2] });
    expect(new Masking(9).getConfig()).toMatchObject({ mask_value: 9 });
    expect(new Concatenate(1).getConfig()).toMatchObject({ axis: 1 });
    expect(new UnitNormalization(1).getConfig()).toMatchObject({ axis: 1 });
  });

  it.each([
    [() => new MaxNorm(1, 2 as never), /\[MaxNorm\] the last argument must be an object of options: got 2/],
    [() => new L1(null as never), /\[L1\] the last argument must be an object of options: got null/],
    [() => new L1L2({ l1: 1 }, 2), /\[L1L2\] the last argument must be an object of options: got 2/],
    [() => new L2(-1), /\[L2\] l2 must be a number of at least 0: got -1/],
    [() => new MinMaxNorm("a" as never), /\[MinMaxNorm\] the last argument must be an object of options: got "a"/],
  ])("what is neither is refused (%#)", (make, message) => {
    expect(make).toThrow(message);
  });
});

describe("constraints give Keras's weights and configs", () => {
  for (const { class: name, options, x, y, serialized } of kerasConstraints) {
    it(`${name} ${JSON.stringify(options)}`, async () => {
      const constraint = make<Constraint>(name, options);
      await expectClose(constraint(tensor(x as never)), y);
      expect(rounded(serializeKerasObject(constraint))).toEqual(rounded(serialized));
      expect(rounded(serializeKerasObject(deserializeKerasObject(serialized, registry)))).toEqual(rounded(serialized));
    });
  }

  it("identifiers are Keras's", () => {
    expect(getConstraint("max_norm")).toBeInstanceOf(everything.MaxNorm);
  });
});

/** Mean, standard deviation, least and largest. */
async function statistics(values: Tensor): Promise<{ mean: number; deviation: number; min: number; max: number }> {
  const data = flat(await values.array());
  const mean = data.reduce((a, b) => a + b, 0) / data.length;
  const deviation = Math.sqrt(data.reduce((a, b) => a + (b - mean) ** 2, 0) / data.length);
  return { mean, deviation, min: Math.min(...data), max: Math.max(...data) };
}

describe("initializers", () => {
  for (const { class: name, options, serialized } of kerasInitializers) {
    it(`${name} ${JSON.stringify(options)} has Keras's config`, () => {
      expect(rounded(serializeKerasObject(make(name, options)))).toEqual(rounded(serialized));
      expect(rounded(serializeKerasObject(deserializeKerasObject(serialized, registry)))).toEqual(rounded(serialized));
    });
  }

  const [fanIn, fanOut] = [200, 300];
  const uniform = (limit: number): { deviation: number; limit: number } => ({ deviation: limit / Math.sqrt(3), limit });
  const expected: Record<string, { deviation: number; limit: number }> = {
    glorot_uniform: uniform(Math.sqrt(6 / (fanIn + fanOut))),
    he_uniform: uniform(Math.sqrt(6 / fanIn)),
    lecun_uniform: uniform(Math.sqrt(3 / fanIn)),
    // The normals are cut at two standard deviations and widened by 1 / 0.8796… to have this deviation after it.
    glorot_normal: { deviation: Math.sqrt(2 / (fanIn + fanOut)), limit: (2 / 0.8796256610342398) * Math.sqrt(2 / (fanIn + fanOut)) },
    he_normal: { deviation: Math.sqrt(2 / fanIn), limit: (2 / 0.8796256610342398) * Math.sqrt(2 / fanIn) },
    lecun_normal: { deviation: Math.sqrt(1 / fanIn), limit: (2 / 0.8796256610342398) * Math.sqrt(1 / fanIn) },
    random_uniform: uniform(0.05),
    random_normal: { deviation: 0.05, limit: 0.35 },
    truncated_normal: { deviation: 0.05 * 0.8796256610342398, limit: 0.1 },
  };
  for (const [name, { deviation, limit }] of Object.entries(expected)) {
    it(`${name} draws with the deviation and within the limits of its definition`, async () => {
      setSeed(11);
      const found = await statistics(getInitializer(name)([fanIn, fanOut]));
      expect(Math.abs(found.mean)).toBeLessThan(deviation / 50);
      expect(found.deviation / deviation).toBeGreaterThan(0.985);
      expect(found.deviation / deviation).toBeLessThan(1.015);
      expect(Math.max(-found.min, found.max)).toBeLessThanOrEqual(limit * 1.0001);
      expect(Math.max(-found.min, found.max)).toBeGreaterThan(limit * 0.6);
    });
  }

  it("fans of convolution kernels count the window", async () => {
    setSeed(3);
    const found = await statistics(getInitializer("he_normal")([5, 5, 40, 60]));
    expect(found.deviation).toBeCloseTo(Math.sqrt(2 / (25 * 40)), 3);
  });

  it("a seed gives the same values at each call, none gives others", async () => {
    const seeded = new everything.HeNormal({ seed: 5 });
    expect(await seeded([3, 3]).array()).toEqual(await seeded([3, 3]).array());
    const free = new everything.HeNormal();
    expect(await free([3, 3]).array()).not.toEqual(await free([3, 3]).array());
  });

  it("orthogonal has columns of length gain at right angles, also for kernels of convolutions", async () => {
    const weight = new everything.Orthogonal({ gain: 2, seed: 1 })([3, 4, 5]);
    const matrix = ops.reshape(weight, [12, 5]);
    await expectClose(ops.matmul(ops.transpose(matrix), matrix), flat(await ops.multiply(ops.eye(5), 4).array()));
  });

  it("orthogonal makes weights of 16 bits, too", () => {
    expect(new everything.Orthogonal()([3, 2], { dtype: "float16" }).dtype).toBe("float16");
  });

  it("identity, constant, a tensor and a function are taken as they are", async () => {
    expect(await getInitializer("identity")([2, 3]).array()).toEqual([[1, 0, 0], [0, 1, 0]]); // prettier-ignore
    expect(await new everything.Constant({ value: 2 })([2]).array()).toEqual([2, 2]);
    const given = new Dense(2, { kernelInitializer: tensor([[1, 2], [3, 4]]), useBias: false }); // prettier-ignore
    expect(await given([[1, 1]]).array()).toEqual([[4, 6]]);
    const own = (shape: readonly number[]): Tensor => ops.full(shape, 3);
    expect(await new Dense(1, { kernelInitializer: own })([[1, 2]]).array()).toEqual([[9]]);
  });

  it("a wrong one is refused with class and option", () => {
    expect(() => new Dense(2, { kernelInitializer: 5 as never })).toThrow(/\[Dense\] kernelInitializer must be an initializer: .*: got 5/);
  });
});
