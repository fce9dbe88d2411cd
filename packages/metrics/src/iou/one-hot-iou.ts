import { field, type Field, type KerasIdentity, optionsOf } from "@neurite/core";
import { IoUBase, type IoUBaseOptions } from "./iou-base.ts";

/** Options of {@link OneHotIoU}. */
export interface OneHotIoUOptions extends IoUBaseOptions {
  /** True where predictions are class numbers. Default false. */
  readonly sparseYPred?: boolean;
}

/**
 * Overlap over union for some classes, with one-hot labels and scores: [batch, …, classes].
 *
 * @example
 * const metric = new OneHotIoU(3, [0, 2]);
 * metric.updateState([[0, 0, 1], [1, 0, 0], [0, 1, 0]], [[0.2, 0.3, 0.5], [0.1, 0.2, 0.7], [0.5, 0.3, 0.2]]);
 * await metric.result().item(); // 0.25
 */
export class OneHotIoU extends IoUBase {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "OneHotIoU" };
  static override readonly fields: readonly Field[] = [
    field.numbers("targetClassIds"),
    field.boolean("sparseYTrue", { default: false, omitted: "always" }),
    field.boolean("sparseYPred", { default: false }),
  ];
  declare readonly targetClassIds: readonly number[];

  constructor(numClasses: number, targetClassIds: readonly number[], options: OneHotIoUOptions = {}) {
    super({ numClasses, targetClassIds, ...optionsOf("OneHotIoU", options) } as OneHotIoUOptions);
  }
}
