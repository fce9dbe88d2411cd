/** Functions from an epoch to a learning rate, for {@link LearningRateScheduler}. As functions of the step, in the compiled step itself, see `@neurite/schedules`. */
import { describeValue, ValueError } from "@neurite/core";

/** A rate for each epoch, counted from 0. Fractions of an epoch are allowed. */
export type RateFunction = (epoch: number) => number;

/**
 * Divides the rate by ten every `s` epochs, a little each: `rate · 0.1 ^ (epoch / s)`.
 *
 * @throws ValueError when `s` is no positive number.
 *
 * @example
 * const rate = exponentialDecay(0.01, 20);
 * rate(20); // 0.001
 */
export function exponentialDecay(rate: number, s: number): RateFunction {
  requirePositive("exponentialDecay", { s });
  return (epoch) => rate * 0.1 ** (epoch / s);
}

/**
 * Falls fast at first and then slower: `rate / (1 + epoch / s) ^ c`, with `c` 1 by default.
 *
 * @throws ValueError when `s` is no positive number.
 *
 * @example
 * const rate = powerDecay(0.01, 20);
 * rate(20); // 0.005
 */
export function powerDecay(rate: number, s: number, c = 1): RateFunction {
  requirePositive("powerDecay", { s });
  return (epoch) => rate / (1 + epoch / s) ** c;
}

/**
 * `values[0]` until epoch `boundaries[0]`, `values[1]` from then on, and so on.
 *
 * @throws ValueError unless there is one value more than boundaries, and these rise.
 * @example
 * new LearningRateScheduler(piecewiseConstant([5, 15], [0.01, 0.005, 0.001]));
 */
export function piecewiseConstant(boundaries: readonly number[], values: readonly number[]): RateFunction {
  if (!Array.isArray(boundaries) || !Array.isArray(values))
    throw new ValueError(
      `[piecewiseConstant] boundaries and values must be lists: got ${describeValue(boundaries)} and ${describeValue(values)}`,
    );
  if (values.length !== boundaries.length + 1)
    throw new ValueError(`[piecewiseConstant] ${boundaries.length} boundaries need ${boundaries.length + 1} values: got ${values.length}`);
  if (boundaries.some((boundary, i) => i > 0 && boundary <= (boundaries[i - 1] as number)))
    throw new ValueError(`[piecewiseConstant] boundaries must rise: got ${boundaries.join(", ")}`);
  return (epoch) => values[boundaries.filter((boundary) => epoch >= boundary).length] as number;
}

function requirePositive(name: string, values: Readonly<Record<string, number>>): void {
  for (const [what, value] of Object.entries(values))
    if (typeof value !== "number" || !(value > 0))
      throw new ValueError(`[${name}] ${what} must be a positive number: got ${typeof value === "number" ? value : typeof value}`);
}
