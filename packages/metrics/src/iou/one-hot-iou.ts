import { field, type Field, type KerasIdentity } from "@neurite/core";
import { IoUBase, type IoUBaseOptions } from "./iou-base.ts";

export interface OneHotIoUOptions extends IoUBaseOptions {
  /** True where predictions are class numbers. Default false. */
  readonly sparseYPred?: boolean;
}

/** Overlap over union for some classes, with one-hot labels and scores: [batch, …, classes]. */
export class OneHotIoU extends IoUBase {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "OneHotIoU" };
  static override readonly fields: readonly Field[] = [
    field.numbers("targetClassIds"),
    field.boolean("sparseYTrue", { default: false, omitted: "always" }),
    field.boolean("sparseYPred", { default: false }),
  ];
  declare readonly targetClassIds: readonly number[];

  constructor(numClasses: number, targetClassIds: readonly number[], options: OneHotIoUOptions = {}) {
    super({ numClasses, targetClassIds, ...options } as OneHotIoUOptions);
  }
}
