/** The parts of one's own of chapter 12: functions where there is nothing to set, classes with fields where there is. */
import { type AnyTensor, createRegistry, field, type Field, getDefaultRegistry, type KerasIdentity, ops, random, type Registry, type SymbolicShape, type Tensor, type TensorLike, type Variable } from "neurite"; // prettier-ignore
import { getActivation } from "neurite/activations";
import { Constraint } from "neurite/constraints";
import { Initializer } from "neurite/initializers";
import { Dense, isTraining, Layer, type LayerOptions } from "neurite/layers";
import { Loss, type LossOptions } from "neurite/losses";
import { Metric, type MetricOptions } from "neurite/metrics";
import { Regularizer } from "neurite/regularizers";

/** The Huber loss with a threshold; a function made by a function. */
export const createHuber =
  (threshold = 1) =>
  (yTrue: TensorLike, yPred: TensorLike): Tensor => {
    const error = ops.subtract(yTrue, yPred) as Tensor;
    const squared = ops.square(error).div(2);
    const linear = ops.abs(error).mul(threshold).sub(threshold ** 2 / 2); // prettier-ignore
    return ops.where(ops.less(ops.abs(error), threshold), squared, linear);
  };

export class HuberLoss extends Loss {
  static override readonly fields: readonly Field[] = [field.number("threshold", { default: 1, min: 0 })];
  declare readonly threshold: number;
  constructor(options: LossOptions & { readonly threshold?: number } = {}) {
    super(options);
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return createHuber(this.threshold)(yTrue, yPred);
  }
}

export class HuberMetric extends Metric {
  static override readonly fields: readonly Field[] = [field.number("threshold", { default: 1, min: 0 })];
  declare readonly threshold: number;
  readonly total = this.addWeight({ name: "total" });
  readonly count = this.addWeight({ name: "count" });
  constructor(options: MetricOptions & { readonly threshold?: number } = {}) {
    super(options);
  }
  override updateState(yTrue: TensorLike, yPred: TensorLike): void {
    const values = createHuber(this.threshold)(yTrue, yPred);
    this.total.assignAdd(ops.sum(values));
    this.count.assignAdd(values.size as number);
  }
  override result(): Tensor {
    return ops.divideNoNan(this.total, this.count);
  }
}

export class MyL1 extends Regularizer {
  static override readonly fields: readonly Field[] = [field.number("factor", { default: 0.01 })];
  declare readonly factor: number;
  override call(weights: AnyTensor): Tensor {
    return ops.sum(ops.abs(ops.multiply(weights, this.factor)));
  }
}

export class MyGlorot extends Initializer {
  static override readonly fields: readonly Field[] = [field.number("gain", { default: 1 })];
  declare readonly gain: number;
  override call(shape: readonly number[]): Tensor {
    return random.normal(shape, { stddev: this.gain * Math.sqrt(2 / ((shape[0] as number) + (shape[1] as number))) });
  }
}

export class MyPositive extends Constraint {
  override call(weights: AnyTensor): Tensor {
    return ops.where(ops.less(weights, 0), 0, weights);
  }
}

export const mySoftplus = (z: AnyTensor): Tensor => ops.log(ops.add(ops.exp(z), 1));

type Activate = (x: Tensor) => Tensor;

export class MyDense extends Layer {
  static readonly keras: KerasIdentity = { module: null, className: "MyDense", registeredName: "mine>MyDense" };
  static override readonly fields: readonly Field[] = [field.integer("units", { min: 1 }), field.json("activationName", { default: null })];
  declare readonly units: number;
  declare readonly activationName: string | null;
  kernel!: Variable;
  bias!: Variable;
  constructor(units: number, options: LayerOptions & { readonly activationName?: string } = {}) {
    super({ units, ...options } as LayerOptions);
  }
  override build(inputShape: SymbolicShape): void {
    const inputs = inputShape.at(-1) as number;
    this.kernel = this.addWeight({ name: "kernel", shape: [inputs, this.units], initializer: "glorot_normal" });
    this.bias = this.addWeight({ name: "bias", shape: [this.units], initializer: "zeros" });
  }
  override call(x: Tensor): Tensor {
    return (getActivation(this.activationName) as Activate)(ops.add(ops.matmul(x, this.kernel), this.bias));
  }
}

export class MyGaussianNoise extends Layer {
  static override readonly fields: readonly Field[] = [field.number("stddev", { min: 0 })];
  declare readonly stddev: number;
  readonly seed = new random.SeedGenerator();
  constructor(stddev: number, options: LayerOptions = {}) {
    super({ stddev, ...options } as LayerOptions);
  }
  override call(x: Tensor): Tensor {
    return isTraining() ? ops.add(x, random.normal(x.shape, { stddev: this.stddev, seed: this.seed })) : x;
  }
}

export class ResidualBlock extends Layer {
  static override readonly fields: readonly Field[] = [field.integer("layers", { min: 1 }), field.integer("neurons", { min: 1 })];
  declare readonly layers: number;
  declare readonly neurons: number;
  readonly hidden: readonly Dense[];
  constructor(layers: number, neurons: number, options: LayerOptions = {}) {
    super({ layers, neurons, ...options } as LayerOptions);
    this.hidden = Array.from({ length: layers }, () => new Dense(neurons, { activation: "elu", kernelInitializer: "he_normal" }));
  }
  override call(x: Tensor): Tensor {
    return ops.add(x, this.hidden.reduce((z, layer) => layer(z), x)); // prettier-ignore
  }
}

const mine = {
  name: "mine",
  activations: { my_softplus: mySoftplus }, // functions go by their name in snake case
  constraints: { MyPositive },
  initializers: { MyGlorot },
  layers: { MyDense, MyGaussianNoise, ResidualBlock },
  losses: { HuberLoss, huberOfTwo: createHuber(2) },
  metrics: { HuberMetric },
  regularizers: { MyL1 },
} as const;
/** A registry that also knows the parts above by name. */
export const registry: Registry = createRegistry([...getDefaultRegistry().plugins, mine]);
