import { Callable } from "../callable.ts";
import { getDefaultRegistry } from "../registry/default.ts";
import type { Registry } from "../registry/registry.ts";
import type { Field } from "./field.ts";
import { assignOptions, configOf, objectFromConfig } from "./options.ts";

/**
 * Base of callable objects whose options are declared by fields: layers, losses, initializers…. A subclass declares
 * `static readonly keras` (its name in configs) and `static readonly fields`, and gets checked options, defaults and configs of them.
 *
 * @example
 * interface Scale {
 *   (x: TensorLike): Tensor;
 * }
 * class Scale extends ConfiguredCallable {
 *   static keras = { module: null, className: "Scale", registeredName: "my>Scale" };
 *   static fields = [field.number("factor", { default: 2 })];
 *   declare readonly factor: number;
 *   invoke(x: TensorLike): Tensor {
 *     return ops.multiply(x, this.factor);
 *   }
 * }
 * new Scale()(tensor([1, 2])); // [2, 4]
 * new Scale({ factor: 3 }).getConfig(); // { factor: 3 }
 */
export abstract class ConfiguredCallable extends Callable {
  static readonly fields: readonly Field[] = [];

  /** @throws ValueError for unknown, missing and wrong options. */
  constructor(options: object = {}) {
    super();
    assignOptions(this, options as Readonly<Record<string, unknown>>);
  }

  /** The options as Keras writes them in files. */
  getConfig(): Record<string, unknown> {
    return configOf(this);
  }

  /**
   * Makes one of a config.
   *
   * @param registry Where the names in it are looked up; by default that of the umbrella package.
   */
  static fromConfig<T>(this: abstract new (...args: never[]) => T, config: Readonly<Record<string, unknown>>, registry?: Registry): T {
    return objectFromConfig<T>(this as never, config, registry ?? getDefaultRegistry());
  }
}
