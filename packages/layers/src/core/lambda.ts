import {
  deserializeKerasObject,
  field,
  type Field,
  invalid,
  isSerializedObject,
  type KerasIdentity,
  optionsOf,
  type Registry,
} from "@neurite/core";
import { Layer, type LayerOptions } from "./layer.ts";
import type { MaskTree } from "./masks.ts";

/** What a {@link Lambda} applies: from the inputs, and the `arguments` of the layer where it has any, to the outputs. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- whoever writes the function knows what it is given
export type LambdaFunction = (inputs: any, options?: any) => unknown;

/** Options of {@link Lambda}. */
export interface LambdaOptions extends LayerOptions {
  /** What the function is given as its second argument. */
  readonly arguments?: Readonly<Record<string, unknown>>;
  /** The mask that goes with the outputs, from the inputs and theirs; by default there is none. */
  readonly mask?: ((inputs: unknown, mask: MaskTree) => MaskTree) | null;
}

const lambdaFunction = {
  expected: "a function",
  resolve: (value: unknown, registry?: Registry): unknown => {
    if (typeof value === "function") return value;
    return isSerializedObject(value) && registry !== undefined ? deserializeKerasObject(value, registry) : invalid;
  },
};

/**
 * Applies a function of tensors as a layer, of any shape. The function makes no weights; what does is a class of its own, see {@link Layer}.
 *
 * A config holds the name of the function, so one that is to be read back must be in a plugin of the registry. A lambda of Python cannot run
 * here, and reading one says so.
 *
 * @example
 * new Lambda((x: Tensor) => ops.square(x))([[1, 2, 3]]); // [[1, 4, 9]]
 * new Lambda(ops.softmax, { arguments: { axis: 1 } });
 */
export class Lambda extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "Lambda" };
  static override readonly fields: readonly Field[] = [
    field.object("function", lambdaFunction, { property: "applied" }),
    field.json("outputShape", { default: null, omitted: "default" }),
    field.object("mask", lambdaFunction, { default: null, omitted: "default", property: "maskOf" }),
    field.json("arguments", { default: {}, property: "given" }),
  ];
  /** The function. */
  declare readonly applied: LambdaFunction;
  /** What it is given beside the inputs. */
  declare readonly given: Readonly<Record<string, unknown>>;
  /** The function that makes the mask of the outputs. */
  declare readonly maskOf: LambdaOptions["mask"];

  constructor(fn: LambdaFunction, options: LambdaOptions = {}) {
    super({ function: fn, ...optionsOf("Lambda", options) } as LayerOptions);
    this.built = true;
  }

  override computeMask(inputs: unknown, mask: MaskTree): MaskTree {
    return this.maskOf?.(inputs, mask) ?? null;
  }

  override call(inputs: unknown): unknown {
    return Object.keys(this.given).length === 0 ? this.applied(inputs) : this.applied(inputs, this.given);
  }
}
