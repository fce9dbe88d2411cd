import { field, type Field, type KerasIdentity, ops, type Tensor, withLeading } from "@neurite/core";
import { Layer, type LayerOptions } from "../core/layer.ts";
import type { MaskTree } from "../core/masks.ts";
import { checkedList } from "./merge.ts";

/** Options of {@link Concatenate}. */
export interface ConcatenateOptions extends LayerOptions {
  /** Axis to join along; not that of the batch. Default -1. */
  readonly axis?: number;
}

/**
 * Joins its inputs, a list of tensors of one rank, along an axis (default -1): [batch, 3] and [batch, 5] give [batch, 8].
 *
 * @example
 * new Concatenate()([ops.ones([2, 3]), ops.ones([2, 5])]).shape; // [2, 8]
 */
export class Concatenate extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "Concatenate" };
  static override readonly fields: readonly Field[] = [field.integer("axis", { default: -1 })];
  declare readonly axis: number;

  /** @param axis The option of that name; or all options. */
  constructor(axis: number | ConcatenateOptions = {}, options: ConcatenateOptions = {}) {
    super(withLeading(["axis"], [axis, options]));
  }

  override computeMask(inputs: unknown, masks: MaskTree): MaskTree {
    if (!Array.isArray(masks)) return null;
    const whole = (inputs as Tensor[]).map((input, i) => {
      const mask = masks[i] as Tensor | null;
      const none = ops.cast(ops.zerosLike(input), "bool");
      if (mask === null) return ops.logicalNot(none);
      return mask.ndim < input.ndim ? ops.logicalOr(ops.expandDims(mask, -1), none) : mask;
    });
    return ops.any(ops.concatenate(whole, { axis: this.axis }), { axis: -1 });
  }

  /** @throws ShapeError when sizes differ along another axis. */
  override call(inputs: readonly Tensor[]): Tensor {
    return ops.concatenate(checkedList("Concatenate", inputs), { axis: this.axis });
  }
}
