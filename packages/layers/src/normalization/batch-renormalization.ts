import { type AnyTensor, field, type Field, invalid, ops, type Variable } from "@neurite/core";

/** Limits on the correction: `rmin` ≤ r ≤ `rmax`, -`dmax` ≤ d ≤ `dmax`. What is left out has no limit. */
export interface RenormClipping {
  readonly rmin?: number;
  readonly rmax?: number;
  readonly dmax?: number;
}

const keys = ["rmin", "rmax", "dmax"] as const;

function parseClipping(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return invalid;
  const limits = value as RenormClipping;
  const known = Object.entries(limits).every(([key, limit]) => (keys as readonly string[]).includes(key) && typeof limit === "number");
  if (!known || (limits.dmax ?? 0) < 0 || (limits.rmax ?? Infinity) < (limits.rmin ?? -Infinity)) return invalid;
  return { ...limits };
}

/** The option of {@link RenormClipping}. */
export const renormClippingField: Field = field.object(
  "renormClipping",
  { expected: "an object of rmin, rmax (at least rmin) and dmax (at least 0)", resolve: parseClipping },
  { default: null },
);

/** The variables of batch renormalization, each [features]. */
export interface RenormState {
  readonly movingMean: Variable;
  readonly movingVariance: Variable;
  /** What the moving variance is derived from. */
  readonly movingStddev: Variable;
  /** Statistics that training is corrected by: they may move faster than those of inference. */
  readonly mean: Variable;
  readonly stddev: Variable;
}

/**
 * Corrects normalization by a batch so that the result is that of the moving statistics, while gradients are those of the batch: with
 * r = σ(batch) / σ and d = (μ(batch) - μ) / σ, both taken as constants, `x · r + d` of the normalized x.
 * (Ioffe, 2017, https://arxiv.org/abs/1702.03275)
 */
export class BatchRenormalization {
  readonly #state: RenormState;
  readonly #options: RenormClipping & { readonly momentum: number; readonly renormMomentum: number; readonly epsilon: number };

  constructor(
    state: RenormState,
    options: RenormClipping & { readonly momentum: number; readonly renormMomentum: number; readonly epsilon: number },
  ) {
    this.#state = state;
    this.#options = options;
  }

  /** Scale and offset with the correction in them, for the statistics of a batch; moves the moving statistics. */
  correct(
    mean: AnyTensor,
    variance: AnyTensor,
    gamma: AnyTensor | null,
    beta: AnyTensor | null,
  ): readonly [scale: AnyTensor, offset: AnyTensor] {
    const { rmin = -Infinity, rmax = Infinity, dmax = Infinity, epsilon } = this.#options;
    const stddev = ops.sqrt(ops.add(variance, epsilon));
    // Early in training the moving deviation may be nearly zero.
    const moving = ops.maximum(this.#state.stddev, Math.sqrt(epsilon));
    const r = ops.stopGradient(ops.minimum(ops.maximum(ops.divide(stddev, moving), rmin), rmax));
    const d = ops.stopGradient(ops.minimum(ops.maximum(ops.divide(ops.subtract(mean, this.#state.mean), moving), -dmax), dmax));
    this.#move(mean, stddev);
    const scale = gamma === null ? r : ops.multiply(r, gamma);
    const offset = gamma === null ? d : ops.multiply(d, gamma);
    return [scale, beta === null ? offset : ops.add(offset, beta)];
  }

  #move(mean: AnyTensor, stddev: AnyTensor): void {
    const { movingMean, movingVariance, movingStddev, mean: renormMean, stddev: renormStddev } = this.#state;
    const { momentum, renormMomentum, epsilon } = this.#options;
    const mix = (old: AnyTensor, now: AnyTensor, share: number): AnyTensor =>
      ops.add(ops.multiply(old, share), ops.multiply(now, 1 - share));
    renormMean.assign(mix(renormMean, mean, renormMomentum));
    renormStddev.assign(mix(renormStddev, stddev, renormMomentum));
    movingMean.assign(mix(movingMean, mean, momentum));
    const deviation = mix(movingStddev, stddev, momentum);
    movingStddev.assign(deviation);
    movingVariance.assign(ops.relu(ops.subtract(ops.multiply(deviation, deviation), epsilon)));
  }
}
