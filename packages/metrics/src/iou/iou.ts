import { field, type Field, type KerasIdentity, optionsOf } from "@neurite/core";
import { IoUBase, type IoUBaseOptions } from "./iou-base.ts";

/** Options of {@link IoU}. */
export interface IoUOptions extends IoUBaseOptions {
  /** False where labels are one-hot. Default true. */
  readonly sparseYTrue?: boolean;
  /** False where predictions are scores. Default true. */
  readonly sparseYPred?: boolean;
}

/**
 * Overlap of labels and predictions over their union, for some classes: class numbers, any shape.
 *
 * @example
 * const metric = new IoU(2, [0]);
 * metric.updateState([0, 0, 1, 1], [0, 1, 0, 1]);
 * await metric.result().item(); // 0.33333
 */
export class IoU extends IoUBase {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "IoU" };
  static override readonly fields: readonly Field[] = [field.numbers("targetClassIds")];
  declare readonly targetClassIds: readonly number[];

  constructor(numClasses: number, targetClassIds: readonly number[], options: IoUOptions = {}) {
    super({ numClasses, targetClassIds, ...optionsOf("IoU", options) } as IoUOptions);
  }
}
