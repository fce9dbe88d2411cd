import {
  autoName,
  classOf,
  ConfiguredCallable,
  type DType,
  field,
  type Field,
  identityOf,
  isVariable,
  ops,
  optionsOf,
  snakeCase,
  type Tensor,
  type TensorLike,
  Variable,
} from "@neurite/core";

/** Options every metric takes. */
export interface MetricOptions {
  /** Default: the class's name in snake case. */
  readonly name?: string;
  /** Dtype of state and result. Default "float32". */
  readonly dtype?: DType;
}

/** What may follow labels and predictions. */
export interface UpdateOptions {
  /** Factor for each sample, [batch] or of the shape of the values. */
  readonly sampleWeight?: TensorLike | null;
}

export interface Metric {
  /** Updates the state and gives the result. */
  (...args: unknown[]): Tensor;
}

/**
 * Base of metrics: state in variables that `updateState` adds to and `result` reads. Works the same in eager code and inside a compiled
 * training step.
 *
 * Labels and predictions are [batch, …]; the result is a scalar as a rule.
 *
 * @example
 * const accuracy = new SparseCategoricalAccuracy();
 * accuracy.updateState([2, 1], [[0.1, 0.1, 0.8], [0.05, 0.95, 0]]);
 * await accuracy.result().item(); // 1
 */
export abstract class Metric extends ConfiguredCallable {
  static override readonly fields: readonly Field[] = [
    field.string("name", { default: null }),
    field.dtype("dtype", { default: "float32" }),
  ];
  declare readonly dtype: DType;
  /** Key in logs. */
  declare name: string;

  /** @throws ValueError for unknown and wrong options. */
  constructor(options: MetricOptions = {}) {
    super(options);
    if (this.name === null) this.name = autoName(snakeCase(identityOf(classOf(this)).className));
  }

  /** Adds a batch to the state: assigns variables and nothing else. */
  abstract updateState(...args: unknown[]): void;

  /** The value over everything since the last reset; a scalar unless the metric says otherwise. */
  abstract result(): Tensor;

  /** Starts again: all state becomes zero. */
  resetState(): void {
    for (const variable of this.variables) variable.assign(ops.zeros(variable.shape, { dtype: variable.dtype }));
  }

  /** The state, in the order it was made. */
  get variables(): readonly Variable[] {
    return Object.values(this).flatMap((value) => (isVariable(value) ? [value] : isMetric(value) ? [...value.variables] : []));
  }

  /** Makes state: zeros of a shape, by options, as Keras's `add_weight` and the weights of layers. */
  protected addWeight(options: { readonly name: string; readonly shape?: readonly number[]; readonly dtype?: DType }): Variable {
    const { name, shape, dtype } = optionsOf("addWeight", options);
    return this.addVariable(name, shape, dtype);
  }

  /** Makes state: zeros of a shape. */
  protected addVariable(name: string, shape: readonly number[] = [], dtype: DType = this.dtype): Variable {
    return new Variable(ops.zeros(shape, { dtype }), { name: `${this.name}/${name}`, dtype, trainable: false });
  }

  protected override invoke(...args: unknown[]): Tensor {
    this.updateState(...args);
    return this.result();
  }
}

/**
 * True for metrics (of labels and predictions of any shape), also those of another copy of neurite.
 *
 * @example
 * isMetric(new Accuracy()); // true
 */
export function isMetric(x: unknown): x is Metric {
  return (
    typeof x === "function" &&
    typeof (x as Partial<Metric>).updateState === "function" &&
    typeof (x as Partial<Metric>).result === "function"
  );
}
