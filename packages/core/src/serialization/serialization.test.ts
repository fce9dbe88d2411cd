import { reference } from "@neurite/backend-reference";
import { describe, expect, it } from "vitest";
import {
  autoName, configKey, ConfiguredCallable, createRegistry, defineOp, deserializeKerasObject, field, type Field, fieldsOf, functionName, invalid, type KerasIdentity,
  resetAutoNames, resolveIdentifier, serializeKerasObject, snakeCase, tensor, type TensorLike, withDevice, withObjectSharing,
} from "../index.ts"; // prettier-ignore

interface PartOptions {
  readonly sizes?: number | readonly number[];
  readonly inner?: Part | string | null;
  readonly mode?: "a" | "b";
  readonly axis?: number | readonly number[] | null;
  readonly shape?: readonly (number | null)[] | null;
  readonly hidden?: number;
}

class Part extends ConfiguredCallable {
  static readonly keras: KerasIdentity = { module: "keras.parts", className: "Part" };
  static override readonly fields: readonly Field[] = [
    field.integer("count", { min: 1 }),
    field.number("rate", { min: 0, max: 1 }),
    field.sizes("sizes", 2, { default: 3 }),
    field.object("inner", { expected: "a Part", resolve: (value, registry) => (value instanceof Part ? value : resolveIdentifier("layers", {}, value, registry)) }, { default: null }), // prettier-ignore
    field.choice("mode", ["a", "b"], { default: "a" }),
    field.axes("axis", { default: null, omitted: "default" }),
    field.shape("shape", { default: null }),
    field.number("hidden", { default: 7, omitted: "always" }),
    field.unsupported("fancy", false),
  ];
  declare readonly count: number;
  declare readonly rate: number;
  declare readonly sizes: readonly number[];
  declare readonly inner: Part | null;
  declare readonly hidden: number;

  constructor(count: number, rate: number, options: PartOptions = {}) {
    super({ count, rate, ...options });
  }

  protected override invoke(): unknown {
    return this.count;
  }
}

/** Named by itself, since it declares no identity. */
class Own extends Part {
  static override readonly fields: readonly Field[] = [field.number("rate", { default: 0.5 })];

  constructor(count: number, options: PartOptions = {}) {
    super(count, 0.5, options);
  }
}

const registry = createRegistry([{ name: "parts", layers: { Part, Own, part: Part } }]);

describe("names", () => {
  it("follow Keras's rules", () => {
    expect(["Conv2D", "BatchNormalization", "RMSprop", "PReLU", "MeanIoU", "KLDivergence"].map(snakeCase)).toEqual([
      "conv2d", "batch_normalization", "rm_sprop", "p_re_lu", "mean_io_u", "kl_divergence",
    ]); // prettier-ignore
    expect(["kernelInitializer", "beta1", "tMul", "axis"].map(configKey)).toEqual(["kernel_initializer", "beta_1", "t_mul", "axis"]);
    resetAutoNames();
    expect([autoName("x"), autoName("x"), autoName("y"), autoName("x")]).toEqual(["x", "x_1", "y", "x_2"]);
  });

  it("of functions are those of the op they are, else their own", () => {
    expect(functionName(defineOp("log_softmax", ["x"], (x: TensorLike) => x))).toBe("log_softmax");
    expect(functionName(function myOwn() {})).toBe("my_own");
  });
});

describe("options", () => {
  it("get defaults and are normalized", () => {
    const part = new Part(2, 0.5, { sizes: 4 });
    expect([part.count, part.rate, part.sizes, part.inner, part.hidden]).toEqual([2, 0.5, [4, 4], null, 7]);
  });

  it("are refused with class, option, what is accepted and what was given", () => {
    expect(() => new Part(0, 0.5)).toThrow("[Part] count must be a positive integer: got 0");
    expect(() => new Part(1, 2)).toThrow("[Part] rate must be a number from 0 to 1: got 2");
    expect(() => new Part(1, NaN)).toThrow(/rate must be a number from 0 to 1/);
    expect(() => new Part(1, 0.5, { sizes: [1, 2, 3] })).toThrow("[Part] sizes must be a positive integer or a list of 2: got [1,2,3]");
    expect(() => new Part(1, 0.5, { mode: "c" as never })).toThrow('[Part] mode must be "a" or "b": got "c"');
    expect(() => new Part(1, 0.5, { shape: [-1] })).toThrow(/shape must be a list of sizes \(null where unknown\), or null: got \[-1\]/);
    expect(() => new Part(1, 0.5, { fancy: true } as never)).toThrow(/fancy must be false: nothing else is supported yet/);
    expect(() => new Part(1, 0.5, { size: 2 } as never)).toThrow('[Part] unknown option "size": did you mean "sizes"');
    expect(() => new Part(1, undefined as never)).toThrow("[Part] rate is missing: it must be a number from 0 to 1");
    expect(() => new Part(1, 0.5, { inner: "parts" })).toThrow(/unknown name "parts"/);
  });

  it("redeclared by a subclass keep their place", () => {
    expect(fieldsOf(Own).map(({ name }) => name)).toEqual(fieldsOf(Part).map(({ name }) => name));
    expect(new Own(1).rate).toBe(0.5);
  });
});

describe("configs", () => {
  it("hold objects in objects as Keras writes them, and are read back", () => {
    const part = new Part(2, 0.25, { inner: new Part(1, 1), axis: [0, 1], shape: [null, 3] });
    const json = serializeKerasObject(part);
    expect(json).toEqual({
      module: "keras.parts",
      class_name: "Part",
      registered_name: null,
      config: {
        count: 2,
        rate: 0.25,
        sizes: [3, 3],
        mode: "a",
        axis: [0, 1],
        shape: [null, 3],
        fancy: false,
        inner: {
          module: "keras.parts",
          class_name: "Part",
          registered_name: null,
          config: { count: 1, rate: 1, sizes: [3, 3], inner: null, mode: "a", shape: null, fancy: false },
        },
      },
    });
    const again = deserializeKerasObject(JSON.parse(JSON.stringify(json)), registry) as Part;
    expect(again).toBeInstanceOf(Part);
    expect(again.inner).toBeInstanceOf(Part);
    expect(serializeKerasObject(again)).toEqual(json);
  });

  it("name classes without an identity by their own name", () => {
    const json = serializeKerasObject(new Own(3)) as Record<string, unknown>;
    expect(json).toMatchObject({ module: null, class_name: "Own", registered_name: "Own" });
    expect(deserializeKerasObject(json, registry)).toBeInstanceOf(Own);
  });

  it("look names up in the registry given and nowhere else", () => {
    const json = serializeKerasObject(new Part(1, 1));
    expect(() => deserializeKerasObject(json, createRegistry([]))).toThrow(/nothing is called "Part"/);
    expect(() => deserializeKerasObject({ module: "keras.layers", class_name: "Prat", config: {} }, registry)).toThrow(
      /nothing is called "Prat" among layers: did you mean "Part"/,
    );
  });

  it("refuse keys and values that do not fit, and code", () => {
    expect(() => Part.fromConfig({ count: 1, rate: 1, colour: "red" }, registry)).toThrow(
      /\[Part\] the config has "colour", which this class does not know/,
    );
    expect(() => Part.fromConfig({ count: "1", rate: 1 }, registry)).toThrow(
      /\[Part\] count must be a positive integer: the config has "1"/,
    );
    expect(() => deserializeKerasObject({ class_name: "__lambda__", config: { value: ["4wE="] } }, registry)).toThrow(/Python lambda/);
    expect(() => serializeKerasObject(() => 1)).toThrow(/function without a name/);
    expect(() => serializeKerasObject(new Map())).toThrow(/a Map cannot be written/);
  });

  it("hold plain values, functions and tensors", () => {
    withDevice(reference(), () => {
      const json = serializeKerasObject({ a: [1, "b", null, true], t: tensor([[1, 2]], { dtype: "int32" }) });
      expect(json).toEqual({ a: [1, "b", null, true], t: { class_name: "__tensor__", config: { value: [[1, 2]], dtype: "int32" } } });
      const read = deserializeKerasObject(json, registry) as { t: { dtype: string; shape: readonly number[] } };
      expect([read.t.dtype, read.t.shape]).toEqual(["int32", [1, 2]]);
    });
    expect(serializeKerasObject(function myOwn() {})).toEqual({
      module: "builtins",
      class_name: "function",
      config: "my_own",
      registered_name: "function",
    });
  });

  it("give what is shared one id, within a scope only", () => {
    const part = new Part(1, 1);
    expect(serializeKerasObject([part, part])).not.toHaveProperty("0.shared_object_id");
    const json = withObjectSharing(() => serializeKerasObject([part, new Part(2, 1), part])) as Record<string, unknown>[];
    expect(json[0]!["shared_object_id"]).toBe(json[2]!["shared_object_id"]);
    expect(json[1]).not.toHaveProperty("shared_object_id");
    const [a, , b] = withObjectSharing(() => deserializeKerasObject(json, registry)) as Part[];
    expect(a).toBe(b);
  });
});

it("identifiers are names, classes, configs or the things themselves", () => {
  const entries = { fn: (x: number) => x };
  expect(resolveIdentifier("activations", entries, "fn")).toBe(entries.fn);
  expect(resolveIdentifier("activations", entries, entries.fn)).toBe(entries.fn);
  expect(resolveIdentifier("layers", {}, serializeKerasObject(new Part(1, 1)), registry)).toBeInstanceOf(Part);
  expect(resolveIdentifier("activations", entries, 5)).toBe(invalid);
});
