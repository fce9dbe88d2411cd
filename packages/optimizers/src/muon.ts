import {
  type AnyTensor,
  field,
  type Field,
  type KerasIdentity,
  ops,
  type Tensor,
  ValueError,
  type Variable,
  withLeading,
} from "@neurite/core";
import { type LearningRateLike, Optimizer, type OptimizerOptions } from "./optimizer.ts";

/** Options of {@link Muon}. */
export interface MuonOptions extends Omit<OptimizerOptions, "weightDecay"> {
  /** For matrices. Default 0.004. */
  readonly weightDecay?: number | null;
  /** How slowly the mean of gradients moves where Adam is used, 0 to 1. Default 0.9. */
  readonly adamBeta1?: number;
  /** How slowly the mean of their squares moves where Adam is used, 0 to 1. Default 0.999. */
  readonly adamBeta2?: number;
  /** Weight decay where Adam is used. Default 0.004. */
  readonly adamWeightDecay?: number | null;
  /** Keeps divisions finite where Adam is used. Default 1e-7. */
  readonly epsilon?: number;
  /** Regular expressions: variables whose name matches one are left to Adam. Default none. */
  readonly excludeLayers?: readonly string[] | null;
  /** Leaves embeddings to Adam. Default true. */
  readonly excludeEmbeddings?: boolean;
  /** Coefficients of the Newton-Schulz iteration. Default 3.4445, -4.775 and 2.0315. */
  readonly muonA?: number;
  readonly muonB?: number;
  readonly muonC?: number;
  /** Rate of Adam over that of matrices. Default 1. */
  readonly adamLrRatio?: number;
  /** How much of the last update is kept, 0 to 1. Default 0.95. */
  readonly momentum?: number;
  /** Newton-Schulz iterations. Default 5. */
  readonly nsSteps?: number;
  /** Looks ahead along the momentum. Default true. */
  readonly nesterov?: boolean;
  /** Root mean square of an update over the rate, which makes it comparable to Adam's; null: as it comes. Default 0.2. */
  readonly rmsRate?: number | null;
}

/**
 * Momentum made orthogonal by a Newton-Schulz iteration for matrices; AdamW for all other variables. Default rate 0.001.
 * (Jordan, 2024, https://kellerjordan.github.io/posts/muon; Liu et al., 2025, https://arxiv.org/abs/2502.16982)
 *
 * @example
 * model.compile({ optimizer: new Muon({ excludeLayers: ["head"] }), loss: "sparse_categorical_crossentropy" });
 */
export class Muon extends Optimizer {
  static readonly keras: KerasIdentity = { module: "keras.optimizers", className: "Muon" };
  static override readonly fields: readonly Field[] = [
    field.number("weightDecay", { default: 0.004, nullable: true, min: 0 }),
    field.number("adamBeta1", { default: 0.9, min: 0, max: 1, key: "adam_beta_1" }),
    field.number("adamBeta2", { default: 0.999, min: 0, max: 1, key: "adam_beta_2" }),
    field.number("epsilon", { default: 1e-7, min: 0 }),
    field.json("excludeLayers", { default: null }),
    field.number("muonA", { default: 3.4445 }),
    field.number("muonB", { default: -4.775 }),
    field.number("muonC", { default: 2.0315 }),
    field.number("adamLrRatio", { default: 1 }),
    field.number("momentum", { default: 0.95, min: 0, max: 1 }),
    field.integer("nsSteps", { default: 5, min: 1 }),
    field.boolean("nesterov", { default: true }),
    field.boolean("excludeEmbeddings", { default: true }),
    field.number("adamWeightDecay", { default: 0.004, nullable: true, min: 0 }),
    field.number("rmsRate", { default: 0.2, nullable: true }),
  ];
  declare readonly adamBeta1: number;
  declare readonly adamBeta2: number;
  declare readonly adamWeightDecay: number | null;
  declare readonly epsilon: number;
  declare readonly excludeLayers: readonly string[];
  declare readonly excludeEmbeddings: boolean;
  declare readonly muonA: number;
  declare readonly muonB: number;
  declare readonly muonC: number;
  declare readonly adamLrRatio: number;
  declare readonly momentum: number;
  declare readonly nsSteps: number;
  declare readonly nesterov: boolean;
  declare readonly rmsRate: number | null;
  readonly #momentums = new Map<Variable, Variable>();
  /** Of the variables left to Adam. */
  readonly #velocities = new Map<Variable, Variable>();
  readonly #excluded: readonly RegExp[];

  /** @throws ValueError for options that are wrong, regular expressions among them. */
  /** @param learningRate The option of that name; or all options. */
  constructor(learningRate: LearningRateLike | MuonOptions = {}, options: MuonOptions = {}) {
    super(withLeading(["learningRate"], [learningRate, options]));
    (this as { excludeLayers: readonly string[] }).excludeLayers ??= [];
    this.#excluded = this.excludeLayers.map(asPattern);
  }

  /** Whether a variable is left to Adam: all but matrices, embeddings, and what `excludeLayers` names. */
  usesAdam({ shape, name }: Variable): boolean {
    if (shape.length !== 2) return true;
    if (this.excludeEmbeddings && name.toLowerCase().includes("embedding")) return true;
    return this.#excluded.some((pattern) => pattern.test(name));
  }

  protected override buildSlots(variables: readonly Variable[]): void {
    const slot = (variable: Variable, name: string): Variable => this.addSlots([variable], { name })[0]?.[0] as Variable;
    for (const variable of variables) {
      this.#momentums.set(variable, slot(variable, "momentum"));
      if (this.usesAdam(variable)) this.#velocities.set(variable, slot(variable, "velocity"));
    }
  }

  protected override decayOf(variable: Variable): number | null {
    return this.usesAdam(variable) ? this.adamWeightDecay : this.weightDecay;
  }

  protected override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const momentum = this.#momentums.get(variable) as Variable;
    const velocity = this.#velocities.get(variable);
    if (velocity === undefined) this.#updateMatrix(gradient, variable, learningRate, momentum);
    else this.#updateByAdam(gradient, variable, ops.multiply(learningRate, this.adamLrRatio), momentum, velocity);
  }

  #updateMatrix(gradient: Tensor, variable: Variable, learningRate: Tensor, momentum: Variable): void {
    momentum.assign(ops.add(ops.multiply(momentum, this.momentum), gradient));
    const direction = this.nesterov ? ops.add(gradient, ops.multiply(momentum, this.momentum)) : momentum.read();
    const update = ops.multiply(this.#orthogonalize(direction), learningRate);
    const scale = this.rmsRate === null ? 1 : Math.sqrt(Math.max(...variable.shape)) * this.rmsRate;
    variable.assignSub(ops.multiply(update, scale));
  }

  #updateByAdam(gradient: Tensor, variable: Variable, learningRate: Tensor, momentum: Variable, velocity: Variable): void {
    const step = ops.add(ops.cast(this.updates, variable.dtype), 1);
    const left = (beta: number): Tensor => ops.subtract(1, ops.power(beta, step));
    const rate = ops.divide(ops.multiply(learningRate, ops.sqrt(left(this.adamBeta2))), left(this.adamBeta1));
    momentum.assignAdd(ops.multiply(ops.subtract(gradient, momentum), 1 - this.adamBeta1));
    velocity.assignAdd(ops.multiply(ops.subtract(ops.square(gradient), velocity), 1 - this.adamBeta2));
    variable.assignSub(ops.divide(ops.multiply(momentum, rate), ops.add(ops.sqrt(velocity), this.epsilon)));
  }

  /** About U·Vᵀ of the singular value decomposition: a quintic iteration that brings all singular values near 1. */
  #orthogonalize(matrix: AnyTensor): Tensor {
    const isTall = (matrix.shape[0] as number) > (matrix.shape[1] as number);
    let x = isTall ? ops.transpose(matrix) : ops.add(matrix, 0);
    // The spectral norm must be 1 at most: the Frobenius norm is a bound of it.
    x = ops.divide(x, ops.add(ops.sqrt(ops.sum(ops.square(x))), 1e-7));
    for (let i = 0; i < this.nsSteps; i++) {
      const square = ops.matmul(x, ops.transpose(x));
      const polynomial = ops.add(ops.multiply(square, this.muonB), ops.multiply(ops.matmul(square, square), this.muonC));
      x = ops.add(ops.multiply(x, this.muonA), ops.matmul(polynomial, x));
    }
    return isTall ? ops.transpose(x) : x;
  }
}

function asPattern(source: unknown): RegExp {
  try {
    if (typeof source === "string") return new RegExp(source);
  } catch {
    // Said below.
  }
  throw new ValueError(`[Muon] excludeLayers must be a list of regular expressions as strings: got ${JSON.stringify(source)}`);
}
