import { field, type Field, type KerasIdentity, ops, type Tensor } from "@neurite/core";
import { IoUBase, type IoUBaseOptions } from "./iou-base.ts";

/** Options of {@link BinaryIoU}. */
export interface BinaryIoUOptions extends Omit<IoUBaseOptions, "ignoreClass" | "axis"> {
  /** Classes to average over: [0], [1] or [0, 1] (the default). */
  readonly targetClassIds?: readonly number[];
  /** Predictions from it on are class 1. Default 0.5. */
  readonly threshold?: number;
}

/**
 * Overlap over union of two classes, predicted by probabilities.
 *
 * Labels and predictions have the same shape, [batch, …]; the result is a scalar.
 *
 * @example
 * const metric = new BinaryIoU();
 * metric.updateState([0, 1, 1, 0], [0.2, 0.9, 0.4, 0.6]);
 * await metric.result().item(); // 0.33333
 */
export class BinaryIoU extends IoUBase {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "BinaryIoU" };
  static override readonly fields: readonly Field[] = [
    field.numbers("targetClassIds", { default: [0, 1] }),
    field.number("threshold", { default: 0.5 }),
    field.integer("numClasses", { default: 2, omitted: "always" }),
    field.integer("ignoreClass", { default: null, omitted: "always" }),
    field.boolean("sparseYTrue", { default: true, omitted: "always" }),
    field.boolean("sparseYPred", { default: true, omitted: "always" }),
    field.integer("axis", { default: -1, omitted: "always" }),
  ];
  declare readonly threshold: number;

  constructor(options: BinaryIoUOptions = {}) {
    super(options);
  }

  protected override predictedClasses(yPred: Tensor): Tensor {
    return ops.cast(ops.greaterEqual(yPred, this.threshold), "int32");
  }
}
