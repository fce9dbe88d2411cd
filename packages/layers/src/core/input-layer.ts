import {
  beginAt,
  type DType,
  field,
  type Field,
  invalid,
  isSymbolic,
  type KerasIdentity,
  optionsOf,
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
  /** Whether sparse tensors are expected. A model makes those it is given dense, expected or not. Default null: false. */
  readonly sparse?: boolean | null;
  /** Ragged inputs are not supported, so that true is refused. A model makes ragged tensors that it is given dense. Default null: false. */
  readonly ragged?: boolean | null;
  readonly name?: string;
  /** Whether the model may be called with null for this input. Default false. */
  readonly optional?: boolean;
}

/** Options of {@link InputLayer}. */
export interface InputLayerOptions extends InputOptions {
  /** A symbolic tensor to begin at, in the place of a new one. Other options may only say what holds for it. Default null. */
  readonly inputTensor?: SymbolicTensor | null;
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
    field.object("sparse", { expected: "true, false or null", resolve: (value) => flagOf(value) }, { default: null, nullable: false }),
    field.object(
      "ragged",
      {
        expected: "false, as inputs of models are dense (ragged tensors given are made so)",
        resolve: (value) => (value === true ? invalid : flagOf(value)),
      },
      { default: null, nullable: false },
    ),
    field.string("name", { default: null }),
    field.boolean("optional", { default: false }),
    field.shape("shape", { default: null, omitted: "always", property: "sampleShape" }),
    field.integer("batchSize", { default: null, omitted: "always", min: 1 }),
  ];
  /** [batch, …]. */
  declare readonly batchShape: SymbolicShape;
  declare readonly inputDtype: DType;
  declare readonly sparse: boolean;
  declare readonly ragged: boolean;
  declare readonly optional: boolean;

  /** @throws ValueError unless exactly one of `shape`, `batchShape` and `inputTensor` is given, and for what does not hold for that tensor. */
  constructor(options: InputLayerOptions = {}) {
    const { inputTensor = null, ...rest } = optionsOf("InputLayer", options);
    super({ ...rest, ...(inputTensor === null ? { batchShape: batchShapeOf(rest) } : factsOf(inputTensor, rest)) } as LayerOptions);
    this.built = true;
    if (inputTensor !== null) beginAt(this, inputTensor);
    else symbolicInput(this, { dtype: this.inputDtype, shape: this.batchShape, sparse: this.sparse }, this.name);
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

const flagOf = (value: unknown): unknown => (value === null ? false : typeof value === "boolean" ? value : invalid);

function batchShapeOf(options: InputOptions): SymbolicShape {
  const { shape, batchSize, batchShape } = options;
  if (shape !== undefined && batchShape !== undefined)
    throw new ValueError("[InputLayer] shape and batchShape are both given: one says it all");
  if (batchShape !== undefined && typeof batchSize === "number")
    throw new ValueError("[InputLayer] batchSize and batchShape are both given: one says it all");
  if (batchShape !== undefined) return batchShape;
  if (!Array.isArray(shape))
    throw new ValueError(`[InputLayer] shape must be a list of sizes (null where not fixed): got ${JSON.stringify(shape)}`);
  return [batchSize ?? null, ...(shape as SymbolicShape)];
}

/** Options of {@link Input} with a tensor that is there. */
export interface InputTensorOptions extends InputOptions {
  /** A symbolic tensor to begin at, in the place of a new one. Other options may only say what holds for it. */
  readonly tensor?: SymbolicTensor | null;
}

/**
 * A symbolic tensor that stands for an input: where a functional model begins. `shape` is without the batch: [784] gives a tensor [batch,
 * 784].
 *
 * @throws ValueError when neither or both of `shape` and `batchShape` are given, what is given is no list of sizes, or does not hold for
 *   `tensor`.
 *
 * @example
 * const input = Input({ shape: [784] });
 * new Dense(10, { activation: "softmax" })(input).shape; // [null, 10]
 */
export function Input(options: InputTensorOptions): SymbolicTensor {
  const { tensor = null, ...rest } = optionsOf("Input", options);
  return tensor === null ? new InputLayer(rest).output : given(tensor, rest);
}

/** A tensor, where it is as the options say. */
function given(tensor: SymbolicTensor, options: InputOptions): SymbolicTensor {
  if (!isSymbolic(tensor)) throw new ValueError(`[Input] tensor must be symbolic: got ${typeof tensor}`);
  const { optional } = tensor.node.operation as Partial<InputLayer>;
  requireHolds("Input", tensor, options, { name: tensor.name, optional: optional === true });
  return tensor;
}

/** What a layer that begins at a tensor says of it. */
function factsOf(tensor: SymbolicTensor, options: InputOptions): InputOptions {
  if (!isSymbolic(tensor)) throw new ValueError(`[InputLayer] inputTensor must be symbolic: got ${typeof tensor}`);
  const { name: _name, optional: _optional, ...facts } = options;
  requireHolds("InputLayer", tensor, facts);
  return { shape: undefined, batchSize: undefined, batchShape: tensor.shape, dtype: tensor.dtype, sparse: tensor.sparse };
}

/** Throws unless the options say what holds for the tensor. `more`: what holds besides. */
function requireHolds(what: string, tensor: SymbolicTensor, options: object, more: Readonly<Record<string, unknown>> = {}): void {
  const [batchSize, ...shape] = tensor.shape;
  const { dtype, sparse, ragged } = tensor;
  const holds: Readonly<Record<string, unknown>> = { shape, batchSize, batchShape: tensor.shape, dtype, sparse, ragged, ...more };
  for (const [name, wanted] of Object.entries(options)) {
    if (wanted === undefined || wanted === null) continue;
    if (JSON.stringify(holds[name]) !== JSON.stringify(wanted))
      throw new ValueError(`[${what}] ${name} of the tensor given is ${JSON.stringify(holds[name])}: got ${JSON.stringify(wanted)}`);
  }
}
