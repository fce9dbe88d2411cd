import type { DType } from "../dtypes/dtype.ts";
import type { Value } from "../graph/value.ts";
import { TensorMethods } from "./methods.ts";

export { TensorMethods };

/**
 * An immutable n-dimensional array, possibly not computed yet. Made by `tensor()`, by ops, and by reading variables.
 * Freed by the garbage collector.
 */
export class Tensor<out D extends DType = DType> extends TensorMethods<D> {
  readonly #value: Value;

  /** For authors of ops: wraps a value of the graph. Users call `tensor()`. */
  constructor(value: Value) {
    super();
    this.#value = value;
  }

  override get value(): Value {
    return this.#value;
  }
}
