import { type AnyTensor, type KerasIdentity, mapTree, ops, type SymbolicShape, type Tensor, type Variable } from "@neurite/core";
import { InputSpec } from "../core/input-spec.ts";
import type { CallOptions } from "../core/layer-options.ts";
import { Wrapper } from "./wrapper.ts";

/**
 * Applies a layer to each step of a sequence: [batch, timesteps, …] → [batch, timesteps, …]. All steps are one batch to the layer.
 *
 * @example
 * const y = new TimeDistributed(new Conv2D(64, 3))(videos); // [batch, 10, 128, 128, 3] → [batch, 10, 126, 126, 64]
 */
export class TimeDistributed extends Wrapper {
  static override readonly keras: KerasIdentity = { module: "keras.layers", className: "TimeDistributed" };
  override readonly inputSpec: InputSpec = new InputSpec({ minNdim: 3, layout: "[batch, timesteps, …]" });

  override get takesMask(): boolean {
    return true;
  }

  override build(inputShape: SymbolicShape): void {
    this.layer.buildFor([inputShape[0] ?? null, ...inputShape.slice(2)]);
  }

  override call(inputs: Tensor, { mask = null }: CallOptions = {}): unknown {
    const [batch, time] = inputs.shape as [number, number];
    const steps = (x: AnyTensor): Tensor => ops.reshape(x, [-1, ...x.shape.slice(2)]);
    const options = mask !== null && this.layer.takesMask && mask.ndim > 2 ? { mask: steps(mask) } : {};
    const outputs = (this.layer as unknown as (x: Tensor, options: CallOptions) => unknown)(steps(inputs), options);
    const lead = Number.isNaN(batch) ? [-1, time] : [batch, time];
    const unknown = Number.isNaN(batch) && Number.isNaN(time);
    return mapTree(outputs, (y) => {
      const output = y as Tensor | Variable;
      if (!unknown) return ops.reshape(output, [...lead, ...output.shape.slice(1)]);
      return ops.reshape(output, [...inputs.shape.slice(0, 2), ...output.shape.slice(1)]);
    });
  }
}
