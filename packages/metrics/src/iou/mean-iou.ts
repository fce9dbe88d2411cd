import { field, type Field, type KerasIdentity, optionsOf } from "@neurite/core";
import { IoUBase, type IoUBaseOptions } from "./iou-base.ts";

/** Options of {@link MeanIoU}. */
export interface MeanIoUOptions extends IoUBaseOptions {
  /** False where labels are one-hot. Default true. */
  readonly sparseYTrue?: boolean;
  /** False where predictions are scores. Default true. */
  readonly sparseYPred?: boolean;
}

/**
 * Mean over classes of the overlap of labels and predictions over their union: class numbers, any shape.
 *
 * @example
 * const metric = new MeanIoU(2);
 * metric.updateState([0, 0, 1, 1], [0, 1, 1, 1]);
 * await metric.result().item(); // 0.58333
 */
export class MeanIoU extends IoUBase {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "MeanIoU" };
  static override readonly fields: readonly Field[] = [field.numbers("targetClassIds", { default: null, omitted: "always" })];

  constructor(numClasses: number, options: MeanIoUOptions = {}) {
    super({ numClasses, ...optionsOf("MeanIoU", options) } as MeanIoUOptions);
  }
}
