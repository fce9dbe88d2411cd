import { field, type Field, invalid, type KerasIdentity, optionsOf } from "@neurite/core";
import { insideCall } from "../core/call-context.ts";
import { dtypePolicyField } from "../core/dtype-policy-field.ts";
import type { CallOptions, LayerOptions } from "../core/layer-options.ts";
import { isLayer } from "../core/layer-state.ts";
import { Layer } from "../core/layer.ts";
import type { MaskTree } from "../core/masks.ts";
import type { ShapeTree } from "../core/shapes.ts";

/**
 * Layers one after another, as one layer: for preprocessing. What `new Sequential(layers)` is, but no model; and called on its own, outside of
 * a model, it is in training mode unless told otherwise, so that layers that draw at random do.
 *
 * Inputs are as the first layer takes them, outputs as the last gives them, [batch, …].
 *
 * @example
 * const prepare = new Pipeline([new Rescaling(1 / 255), new Flatten()]);
 * prepare(ops.ones([2, 4, 4])).shape; // [2, 16]
 */
export class Pipeline extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "Pipeline" };
  static override readonly fields: readonly Field[] = [
    field.boolean("trainable", { default: true, omitted: "always" }),
    dtypePolicyField("dtype", { default: null, property: "dtypePolicy", omitted: "always" }),
    field.object("layers", {
      expected: "a list of layers",
      resolve: (value) => (Array.isArray(value) && value.every(isLayer) ? value : invalid),
    }),
  ];
  declare readonly layers: readonly Layer[];

  /** @throws ValueError for what is no list of layers. */
  constructor(layers: readonly Layer[], options: Pick<LayerOptions, "name"> = {}) {
    super({ layers, ...optionsOf("Pipeline", options) } as LayerOptions);
  }

  protected override get trainsAlone(): boolean {
    return true;
  }

  override get takesMask(): boolean {
    return true;
  }

  /** That of the last layer: outputs have it already. */
  override computeMask(): null {
    return null;
  }

  override build(inputShape: ShapeTree): void {
    // A call makes the weights as it goes from layer to layer.
    if (!insideCall()) this.layers.reduce((shape, layer) => layer.computeOutputShape(shape), inputShape);
  }

  override call(inputs: unknown, { mask = null }: CallOptions = {}): unknown {
    const [first, ...rest] = this.layers;
    if (first === undefined) return inputs;
    const masked = first.takesMask && mask !== null ? { mask: mask as MaskTree } : {};
    return rest.reduce((x, layer) => layer.apply([x], {}), first.apply([inputs], masked));
  }
}
