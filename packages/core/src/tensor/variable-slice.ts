import type { Value } from "../graph/value.ts";
import type { DType } from "../dtypes/dtype.ts";
import type { ScatterOp } from "../primitives/params.ts";
import type { TensorLike } from "./create.ts";
import { Tensor } from "./tensor.ts";
import type { Variable } from "./variable.ts";

/**
 * A part of a variable, from {@link Variable.at} or {@link Variable.slice}: a tensor with the part's elements as they are now, which can also
 * be assigned to. Updates broadcast to the part and are cast to the variable's dtype. Each method returns the variable.
 *
 * @throws As {@link Variable.assign}; ShapeError for updates that do not broadcast to the part.
 * @example
 * const table = new Variable([[1, 2], [3, 4]]);
 * table.at(0, 1).assign(20);       // [[1, 20], [3, 4]]
 * table.at(":", 0).assignAdd(100); // [[101, 20], [103, 4]]
 */
export class VariableSlice<out D extends DType = DType> extends Tensor<D> {
  readonly #write: (which: ScatterOp | "sub", updates: TensorLike) => Variable<D>;

  /** For `Variable`. */
  constructor(value: Value, write: (which: ScatterOp | "sub", updates: TensorLike) => Variable<D>) {
    super(value);
    this.#write = write;
  }

  /** Replaces the part. Of several updates of one place (a key may repeat indices) the last one counts. */
  assign(updates: TensorLike): Variable<D> {
    return this.#write("set", updates);
  }

  /** Adds to the part; what is named several times gets all updates. */
  assignAdd(updates: TensorLike): Variable<D> {
    return this.#write("add", updates);
  }

  /** Subtracts from the part; what is named several times gets all updates. */
  assignSub(updates: TensorLike): Variable<D> {
    return this.#write("sub", updates);
  }

  /** Multiplies the part. */
  assignMul(updates: TensorLike): Variable<D> {
    return this.#write("mul", updates);
  }

  /** The larger of what is there and the updates. */
  assignMax(updates: TensorLike): Variable<D> {
    return this.#write("max", updates);
  }

  /** The smaller of what is there and the updates. */
  assignMin(updates: TensorLike): Variable<D> {
    return this.#write("min", updates);
  }
}
