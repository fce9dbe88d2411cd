import { type Field, field, type KerasIdentity, ops, optionsOf, ShapeError, type Tensor, ValueError } from "@neurite/core";
import { checkedList } from "./merge.ts";
import { Layer, type LayerOptions } from "../core/layer.ts";

/** Options of {@link Dot}. */
export interface DotOptions extends LayerOptions {
  /** Scale vectors to length 1 first: cosines. Default false. */
  readonly normalize?: boolean;
}

/**
 * Products of the vectors of two inputs along an axis of each, sample by sample: [batch, n] and [batch, n] → [batch, 1] with axes 1;
 * [batch, a, n] and [batch, n, b] with axes [2, 1] → [batch, a, b].
 *
 * @example
 * new Dot(1)([tensor([[1, 2]]), tensor([[3, 5]])]); // [[13]]
 */
export class Dot extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "Dot" };
  static override readonly fields: readonly Field[] = [field.axes("axes"), field.boolean("normalize", { default: false })];
  /** Axis of both inputs, or of each; not that of the batch. */
  declare readonly axes: number | readonly number[];
  declare readonly normalize: boolean;

  constructor(axes: number | readonly [number, number], options: DotOptions = {}) {
    super({ axes, ...optionsOf("Dot", options) } as LayerOptions);
  }

  override computeMask(): null {
    return null;
  }

  /** @throws ValueError unless there are two inputs; ShapeError when their vectors differ in length. */
  override call(inputs: readonly Tensor[]): Tensor {
    const [first, second] = checkedList("Dot", inputs);
    if (first === undefined || second === undefined || inputs.length !== 2)
      throw new ValueError(`[Dot] exactly two inputs are needed: got ${inputs.length}`);
    const a = this.#vectors(first, typeof this.axes === "number" ? this.axes : (this.axes[0] as number));
    const b = this.#vectors(second, typeof this.axes === "number" ? this.axes : (this.axes[1] as number));
    const [n, m] = [a.vectors.shape[2] as number, b.vectors.shape[2] as number];
    if (n !== m && !Number.isNaN(n) && !Number.isNaN(m))
      throw new ShapeError(`[Dot] vectors of length ${n} and ${m} have no product: inputs [${first.shape}] and [${second.shape}]`);
    const product = ops.matmul(a.vectors, ops.transpose(b.vectors, { axes: [0, 2, 1] }));
    const shape = [first.shape[0] as number, ...a.rest, ...b.rest];
    return ops.reshape(product, shape.length === 1 ? [...shape, 1] : shape);
  }

  /** [batch, vectors, length], and the sizes of the other axes. */
  #vectors(x: Tensor, along: number): { vectors: Tensor; rest: readonly number[] } {
    const axis = along < 0 ? along + x.ndim : along;
    const unit = this.normalize ? ops.normalize(x, { axis, epsilon: 1e-12 }) : x;
    const others = x.shape.map((_, i) => i).filter((i) => i !== 0 && i !== axis);
    const rest = others.map((i) => x.shape[i] as number);
    const count = rest.reduce((product, dim) => product * dim, 1);
    const moved = ops.transpose(unit, { axes: [0, ...others, axis] });
    return { vectors: ops.reshape(moved, [x.shape[0] as number, count, x.shape[axis] as number]), rest };
  }
}
