import {
  field, type Field, invalid, type KerasIdentity, type Mask, objectLike, ops, optionsOf, serializeKerasObject, type SymbolicShape, type Tensor, type TensorLike, ValueError,
} from "@neurite/core"; // prettier-ignore
import { isLayer } from "../core/layer-state.ts";
import type { MaskTree } from "../core/masks.ts";
import type { LayerOptions } from "../core/layer.ts";
import type { RecurrentLayer, RecurrentCallOptions } from "../recurrent/recurrent-layer.ts";
import { layerOption, Wrapper } from "./wrapper.ts";

/** How the outputs of both directions are put together; null: a list of the two. */
export type MergeMode = "sum" | "mul" | "concat" | "ave" | null;

/** Options of {@link Bidirectional}. */
export interface BidirectionalOptions extends LayerOptions {
  /** Default "concat". */
  readonly mergeMode?: MergeMode;
  /** Goes from the last step to the first. Default: one like `layer`. */
  readonly backwardLayer?: RecurrentLayer | null;
  /** Values of the weights, those of the forward layer first, set once they are made. (Keras 3 takes the option and leaves it alone.) Default none. */
  readonly weights?: readonly TensorLike[] | null;
}

type Call = (x: Tensor, options: RecurrentCallOptions) => unknown;

/**
 * Runs a recurrent layer over a sequence in both directions: [batch, timesteps, features] → [batch, 2 · units] with "concat".
 *
 * @param layer A recurrent layer; the one that goes forward is made like it.
 * @example
 * const y = new Bidirectional(new LSTM(32, { returnSequences: true }))(x);
 */
export class Bidirectional extends Wrapper {
  static override readonly keras: KerasIdentity = { module: "keras.layers", className: "Bidirectional" };
  static override readonly fields: readonly Field[] = [
    field.object(
      "mergeMode",
      {
        expected: '"sum", "mul", "concat" or "ave"',
        resolve: (value) => (["sum", "mul", "concat", "ave"].includes(value as string) ? value : invalid),
      },
      { default: "concat", nullable: true },
    ),
    layerOption("layer"),
    layerOption("backwardLayer", { default: null }),
  ];
  declare readonly mergeMode: MergeMode;
  readonly forwardLayer: RecurrentLayer;
  readonly backwardLayer: RecurrentLayer;
  #initialWeights: readonly TensorLike[] | null;

  /** @throws ValueError for layers that are not recurrent, and for two that do not fit each other. */
  constructor(layer: RecurrentLayer, options: BidirectionalOptions = {}) {
    const { weights = null, ...rest } = optionsOf("Bidirectional", options);
    super(layer, rest as LayerOptions);
    this.#initialWeights = weights;
    if (!("goBackwards" in layer)) throw new ValueError(`[Bidirectional] layer must be recurrent: got ${(layer as { name: string }).name}`);
    // Weights come in the order of the fields: the forward ones first.
    delete (this as { layer?: unknown }).layer;
    delete (this as { backwardLayer?: unknown }).backwardLayer;
    this.forwardLayer = remade(layer, "forward", layer.goBackwards);
    this.backwardLayer = options.backwardLayer ?? remade(layer, "backward", true);
    if (this.forwardLayer.goBackwards === this.backwardLayer.goBackwards)
      throw new ValueError("[Bidirectional] one layer must go forwards and the other backwards: see goBackwards");
    for (const option of ["stateful", "returnSequences", "returnState"] as const) {
      if (this.forwardLayer[option] !== this.backwardLayer[option])
        throw new ValueError(`[Bidirectional] ${option} must be the same for both layers`);
    }
    for (const each of [this.forwardLayer, this.backwardLayer]) each.zeroOutputForMask = each.returnSequences;
  }

  override get takesMask(): boolean {
    return true;
  }

  override computeMask(_inputs: unknown, mask: MaskTree): MaskTree {
    const output = this.forwardLayer.returnSequences ? (mask as Mask | null) : null;
    const outputs = this.mergeMode === null ? [output, output] : [output];
    return this.forwardLayer.returnState || this.mergeMode === null ? outputs : output;
  }

  override build(inputShape: SymbolicShape): void {
    this.forwardLayer.buildFor(inputShape);
    this.backwardLayer.buildFor(inputShape);
    if (this.#initialWeights !== null) this.setWeights(this.#initialWeights);
    this.#initialWeights = null;
  }

  /** Sets the states that stateful layers keep to zero. */
  resetState(): void {
    this.forwardLayer.resetState();
    this.backwardLayer.resetState();
  }

  override call(inputs: Tensor, ...rest: unknown[]): unknown {
    const options = rest.find((argument) => typeof argument === "object" && argument !== null && Object.getPrototypeOf(argument) === Object.prototype) as RecurrentCallOptions | undefined; // prettier-ignore
    const initial = (rest.find(Array.isArray) ?? options?.initialState ?? null) as readonly Tensor[] | null;
    const half = initial === null ? 0 : initial.length / 2;
    const mask = options?.mask ?? null;
    const run = (layer: RecurrentLayer, states: readonly Tensor[] | null): readonly [Tensor, ...unknown[]] => {
      const result = (layer as unknown as Call)(inputs, {
        ...(mask === null ? {} : { mask }),
        ...(states === null ? {} : { initialState: states }),
      });
      return (Array.isArray(result) ? result : [result]) as unknown as readonly [Tensor, ...unknown[]];
    };
    const [forward, ...forwardStates] = run(this.forwardLayer, initial?.slice(0, half) ?? null);
    const [last, ...backwardStates] = run(this.backwardLayer, initial?.slice(half) ?? null);
    const backward = this.forwardLayer.returnSequences ? ops.flip(last, { axis: 1 }) : last;
    const merged = this.#merge(forward, backward);
    if (this.forwardLayer.returnState) return [...(Array.isArray(merged) ? merged : [merged]), ...forwardStates, ...backwardStates];
    return merged;
  }

  #merge(forward: Tensor, backward: Tensor): Tensor | readonly Tensor[] {
    switch (this.mergeMode) {
      case "concat":
        return ops.concatenate([forward, backward], { axis: -1 });
      case "sum":
        return ops.add(forward, backward);
      case "ave":
        return ops.divide(ops.add(forward, backward), 2);
      case "mul":
        return ops.multiply(forward, backward);
      case null:
        return [forward, backward];
    }
  }

  /** As Keras writes it: the layers as they are now. */
  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), layer: serializeKerasObject(this.forwardLayer) };
  }
}

/** A new layer like another, with weights of its own. */
function remade(layer: RecurrentLayer, direction: "forward" | "backward", goBackwards: boolean): RecurrentLayer {
  const name = `${direction}_${layer.name.replace(new RegExp(`^${direction}_`), "")}`;
  // The layers that it is made of, such as a cell, have weights of their own too.
  const copy = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(copy);
    return isLayer(value) ? objectLike(value, {}, copy) : value;
  };
  const made = objectLike(layer, { name, goBackwards }, copy);
  // Configs do not hold these.
  return Object.assign(made, { checkpoint: layer.checkpoint }, "useCudnn" in layer ? { useCudnn: layer.useCudnn } : {});
}
