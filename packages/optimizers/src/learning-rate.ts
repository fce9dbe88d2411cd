import { type TensorLike, Variable } from "@neurite/core";

/** The rate of an optimizer: a variable that also knows the last number it was set to, for devices that cannot be read at once. */
export class LearningRate extends Variable<"float32"> {
  #host: number;

  constructor(rate: number, name: string) {
    super(rate, { name, dtype: "float32", trainable: false });
    this.#host = Math.fround(rate);
  }

  /** The last number it was set to; stale once a tensor was assigned. */
  get lastNumber(): number {
    return this.#host;
  }

  override assign(rate: TensorLike): this {
    super.assign(rate);
    if (typeof rate === "number") this.#host = Math.fround(rate);
    return this;
  }
}
