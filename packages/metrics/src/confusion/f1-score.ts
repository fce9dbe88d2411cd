import { field, type Field, type KerasIdentity } from "@neurite/core";
import { type F1ScoreOptions, FBetaScore } from "./f-beta-score.ts";

/**
 * Harmonic mean of precision and recall; labels one-hot or many-hot, [batch, classes].
 *
 * @example
 * const metric = new F1Score({ average: "macro", threshold: 0.5 });
 * metric.updateState([[1, 0], [1, 1], [0, 1]], [[0.9, 0.6], [0.4, 0.7], [0.2, 0.8]]);
 * await metric.result().item(); // 0.73333
 */
export class F1Score extends FBetaScore {
  static override readonly keras: KerasIdentity = { module: "keras.metrics", className: "F1Score" };
  static override readonly fields: readonly Field[] = [
    field.string("name", { default: "f1_score" }),
    field.number("beta", { default: 1, min: 1, max: 1, omitted: "always" }),
  ];

  constructor(options: F1ScoreOptions = {}) {
    super(options);
  }
}
