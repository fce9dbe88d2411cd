import { field, type Field, type KerasIdentity, optionsOf } from "@neurite/core";
import { IoUBase, type IoUBaseOptions } from "./iou-base.ts";

/** Options of {@link OneHotMeanIoU}. */
export interface OneHotMeanIoUOptions extends IoUBaseOptions {
  /** True where predictions are class numbers. Default false. */
  readonly sparseYPred?: boolean;
}

/**
 * Mean over classes of overlap over union, with one-hot labels and scores: [batch, …, classes].
 *
 * @example
 * const metric = new OneHotMeanIoU(3);
 * metric.updateState([[0, 0, 1], [1, 0, 0], [0, 1, 0]], [[0.2, 0.3, 0.5], [0.6, 0.2, 0.2], [0.5, 0.3, 0.2]]);
 * await metric.result().item(); // 0.5
 */
export class OneHotMeanIoU extends IoUBase {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "OneHotMeanIoU" };
  static override readonly fields: readonly Field[] = [
    field.numbers("targetClassIds", { default: null, omitted: "always" }),
    field.boolean("sparseYTrue", { default: false, omitted: "always" }),
    field.boolean("sparseYPred", { default: false }),
  ];

  constructor(numClasses: number, options: OneHotMeanIoUOptions = {}) {
    super({ numClasses, ...optionsOf("OneHotMeanIoU", options) } as OneHotMeanIoUOptions);
  }
}
