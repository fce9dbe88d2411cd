import { field, type Field, identityOf, invalid, type KerasIdentity, optionsOf } from "@neurite/core";
import { isLayer } from "../core/layer-state.ts";
import { Layer, type LayerOptions } from "../core/layer.ts";
import type { ShapeTree } from "../core/shapes.ts";

/** A layer as an option. */
export function layerOption(name: string, options: { readonly default?: null } = {}): Field {
  return field.object(name, { expected: "a layer", resolve: (value) => (isLayer(value) ? value : invalid) }, options);
}

/**
 * Base of layers around another one, whose shapes [batch, …] they take and give as they see fit.
 *
 * @example
 * class Doubled extends Wrapper {
 *   call(x: Tensor): Tensor {
 *     return ops.multiply(this.layer(x), 2);
 *   }
 * }
 * new Doubled(new ReLU())(tensor([[-1, 2]])); // [[0, 4]]
 */
export abstract class Wrapper extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "Wrapper" };
  static override readonly fields: readonly Field[] = [layerOption("layer")];
  /** What is wrapped. */
  declare readonly layer: Layer;

  /** @throws ValueError for what is no layer. */
  constructor(layer: Layer, options: LayerOptions = {}) {
    super({ layer, ...optionsOf(identityOf(new.target).className, options) } as LayerOptions);
  }

  override build(inputShape: ShapeTree): void {
    this.layer.buildFor(inputShape);
  }
}
