import { field, type Field, type KerasIdentity } from "@neurite/core";
import { IoUBase, type IoUBaseOptions } from "./iou-base.ts";

export interface MeanIoUOptions extends IoUBaseOptions {
  /** False where labels are one-hot. Default true. */
  readonly sparseYTrue?: boolean;
  /** False where predictions are scores. Default true. */
  readonly sparseYPred?: boolean;
}

/** Mean over classes of the overlap of labels and predictions over their union: class numbers, any shape. */
export class MeanIoU extends IoUBase {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "MeanIoU" };
  static override readonly fields: readonly Field[] = [field.numbers("targetClassIds", { default: null, omitted: "always" })];

  constructor(numClasses: number, options: MeanIoUOptions = {}) {
    super({ numClasses, ...options } as MeanIoUOptions);
  }
}
