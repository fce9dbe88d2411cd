import { type Field, field, invalid, type KerasIdentity, ops, optionsOf, type Tensor } from "@neurite/core";
import { Layer, type LayerOptions } from "../core/layer.ts";

/** One number, or one for each channel. */
function scaleField(name: string, defaultValue?: number): Field {
  const isNumbers = (value: unknown): boolean => Array.isArray(value) && value.every((x) => typeof x === "number");
  return field.object(
    name,
    {
      expected: "a number, or one for each channel",
      resolve: (value) => (typeof value === "number" || isNumbers(value) ? value : invalid),
    },
    defaultValue === undefined ? {} : { default: defaultValue },
  );
}

/** Options of {@link Rescaling}. */
export interface RescalingOptions extends LayerOptions {
  /** Added: one number, or one for each channel. Default 0. */
  readonly offset?: number | readonly number[];
}

/**
 * `scale · x + offset`: `new Rescaling(1 / 255)` brings pixels to 0…1. The same in training and inference.
 *
 * Inputs have any shape, outputs the same.
 *
 * @example
 * new Rescaling(2, { offset: 1 })(tensor([1, 2])); // [3, 5]
 */
export class Rescaling extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "Rescaling" };
  static override readonly fields: readonly Field[] = [scaleField("scale"), scaleField("offset", 0)];
  declare readonly scale: number | readonly number[];
  declare readonly offset: number | readonly number[];

  constructor(scale: number | readonly number[], options: RescalingOptions = {}) {
    super({ scale, ...optionsOf("Rescaling", options) } as LayerOptions);
  }

  override call(inputs: Tensor): Tensor {
    const { scale, offset, computeDtype } = this;
    return ops.add(ops.multiply(ops.cast(inputs, computeDtype), scale as number[]), offset as number[]);
  }
}
