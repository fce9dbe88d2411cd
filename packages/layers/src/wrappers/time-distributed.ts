import {
  type AnyTensor,
  flattenTree,
  type KerasIdentity,
  mapTree,
  ops,
  type SymbolicShape,
  type Tensor,
  type Variable,
} from "@neurite/core";
import { InputSpec } from "../core/input-spec.ts";
import type { CallOptions } from "../core/layer-options.ts";
import { Wrapper } from "./wrapper.ts";

/**
 * Applies a layer to each step of a sequence: [batch, timesteps, …] → [batch, timesteps, …]. All steps are one batch to the layer, unless it takes
 * samples together (`mixesSamples`), as `BatchNormalization` does in training: then it is applied to one step after another.
 *
 * An `activityRegularizer` of the layer counts. (Keras 3 takes the option and leaves it alone there.)
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
    const passed = mask !== null && this.layer.takesMask && (mask.ndim > 2 || inputs.ndim === 3) ? mask : null;
    return this.layer.mixesSamples && !Number.isNaN(inputs.shape[1]) ? this.#stepByStep(inputs, passed) : this.#atOnce(inputs, passed);
  }

  #apply(x: Tensor, mask: AnyTensor | null): unknown {
    return (this.layer as unknown as (x: Tensor, options: CallOptions) => unknown)(x, mask === null ? {} : { mask });
  }

  #stepByStep(inputs: Tensor, mask: AnyTensor | null): unknown {
    const masks = mask === null ? null : ops.unstack(mask, { axis: 1 });
    const outputs = ops.unstack(inputs, { axis: 1 }).map((x, i) => this.#apply(x, masks?.[i] ?? null));
    const leaves = outputs.map(flattenTree);
    let next = 0;
    return mapTree(outputs[0], () => {
      const leaf = next++;
      return ops.stack(leaves.map((of) => of[leaf] as Tensor), { axis: 1 }); // prettier-ignore
    });
  }

  #atOnce(inputs: Tensor, mask: AnyTensor | null): unknown {
    const [batch, time] = inputs.shape as [number, number];
    const steps = (x: AnyTensor): Tensor => ops.reshape(x, [-1, ...x.shape.slice(2)]);
    const outputs = this.#apply(steps(inputs), mask === null ? null : steps(mask));
    const lead = Number.isNaN(batch) ? [-1, time] : [batch, time];
    const unknown = Number.isNaN(batch) && Number.isNaN(time);
    return mapTree(outputs, (y) => {
      const output = y as Tensor | Variable;
      if (!unknown) return ops.reshape(output, [...lead, ...output.shape.slice(1)]);
      return ops.reshape(output, [...inputs.shape.slice(0, 2), ...output.shape.slice(1)]);
    });
  }
}
