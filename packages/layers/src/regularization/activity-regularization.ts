import { field, type Field, type KerasIdentity, optionsOf, type Tensor } from "@neurite/core";
import { L1L2 } from "../regularizers/index.ts";
import { layerField } from "../core/fields.ts";
import { Layer, type LayerOptions } from "../core/layer.ts";

/** Options of {@link ActivityRegularization}. */
export interface ActivityRegularizationOptions extends LayerOptions {
  /** Default 0. */
  readonly l1?: number;
  /** Default 0. */
  readonly l2?: number;
}

/**
 * Adds `l1 · Σ|x| + l2 · Σx²`, divided by the batch size, to the loss and gives its input.
 *
 * Inputs have any shape, [batch, …], outputs the same.
 *
 * @example
 * new ActivityRegularization({ l2: 0.01 })(tensor([[1, 2]])); // [[1, 2]]
 */
export class ActivityRegularization extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "ActivityRegularization" };
  static override readonly fields: readonly Field[] = [
    field.number("l1", { key: "l1", default: 0, min: 0 }),
    field.number("l2", { key: "l2", default: 0, min: 0 }),
    layerField.regularizer("activityRegularizer", { omitted: "always" }),
  ];
  declare readonly l1: number;
  declare readonly l2: number;

  constructor(options: ActivityRegularizationOptions = {}) {
    const { l1 = 0, l2 = 0 } = optionsOf("ActivityRegularization", options);
    super({ ...options, activityRegularizer: new L1L2({ l1, l2 }) } as LayerOptions);
    this.built = true;
  }

  override call(inputs: Tensor): Tensor {
    return inputs;
  }
}
