import {
  type DType,
  field,
  type Field,
  type KerasIdentity,
  symbolicInput,
  type SymbolicShape,
  type SymbolicTensor,
  type Tensor,
  ValueError,
} from "@neurite/core";
import { Layer, type LayerOptions } from "./layer.ts";

/** Options of {@link Input}. */
export interface InputOptions {
  /** Shape of one sample: [28, 28]; null where a size is not fixed. */
  readonly shape?: SymbolicShape;
  /** Samples in a batch, where that is fixed. Default null. */
  readonly batchSize?: number | null;
  /** `[batchSize, ...shape]`, in place of the two. */
  readonly batchShape?: SymbolicShape;
  /** Default "float32". */
  readonly dtype?: DType;
  readonly name?: string;
  /** Whether the model may be called with null for this input. Default false. */
  readonly optional?: boolean;
}

/**
 * The layer behind an input of a model, of a shape [batch, …] that is given. Made by {@link Input}, or put first in a Sequential.
 *
 * @example
 * new InputLayer({ shape: [784] }).output.shape; // [null, 784]
 */
export class InputLayer extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "InputLayer" };
  static override readonly fields: readonly Field[] = [
    field.boolean("trainable", { default: true, omitted: "always" }),
    field.shape("batchShape", { default: null }),
    field.dtype("dtype", { default: "float32", property: "inputDtype" }),
    field.unsupported("sparse", false),
    field.unsupported("ragged", false),
    field.string("name", { default: null }),
    field.boolean("optional", { default: false }),
    field.shape("shape", { default: null, omitted: "always", property: "sampleShape" }),
    field.integer("batchSize", { default: null, omitted: "always", min: 1 }),
  ];
  /** [batch, …]. */
  declare readonly batchShape: SymbolicShape;
  declare readonly inputDtype: DType;
  declare readonly optional: boolean;

  /** @throws ValueError unless exactly one of `shape` and `batchShape` is given. */
  constructor(options: InputOptions = {}) {
    super({ ...options, batchShape: batchShapeOf(options) } as LayerOptions);
    this.built = true;
    symbolicInput(this, { dtype: this.inputDtype, shape: this.batchShape }, this.name);
  }

  /** The symbolic tensor that stands for the input. */
  override get output(): SymbolicTensor {
    return super.output as SymbolicTensor;
  }

  override get computeDtype(): DType {
    return this.inputDtype;
  }

  override call(inputs: Tensor): Tensor {
    return inputs;
  }
}

function batchShapeOf(options: InputOptions): SymbolicShape {
  if (options === null) throw new ValueError("[InputLayer] the options must be an object: got null");
  const { shape, batchSize, batchShape } = options;
  if (shape !== undefined && batchShape !== undefined)
    throw new ValueError("[InputLayer] shape and batchShape are both given: one says it all");
  if (batchShape !== undefined) return batchShape;
  if (!Array.isArray(shape))
    throw new ValueError(`[InputLayer] shape must be a list of sizes (null where not fixed): got ${JSON.stringify(shape)}`);
  return [batchSize ?? null, ...(shape as SymbolicShape)];
}

/**
 * A symbolic tensor that stands for an input: where a functional model begins. `shape` is without the batch: [784] gives a tensor [batch,
 * 784].
 *
 * @throws ValueError when neither or both of `shape` and `batchShape` are given, or what is given is no list of sizes.
 *
 * @example
 * const input = Input({ shape: [784] });
 * new Dense(10, { activation: "softmax" })(input).shape; // [null, 10]
 */
export function Input(options: InputOptions): SymbolicTensor {
  return new InputLayer(options).output;
}
