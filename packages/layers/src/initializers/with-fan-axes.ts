import type { InitializerFunction } from "./initializer.ts";
import { VarianceScaling } from "./variance-scaling.ts";

/** The initializer for a weight whose inputs and outputs are other axes than the last two; as it is where fans mean nothing to it. */
export function withFanAxes(
  initializer: InitializerFunction,
  inputAxes: readonly number[],
  outputAxes: readonly number[],
): InitializerFunction {
  const given = initializer as unknown as Partial<VarianceScaling>;
  if (!(initializer instanceof VarianceScaling) || (given.inputAxes ?? null) !== null) return initializer;
  const { scale, mode, distribution, seed } = initializer as unknown as VarianceScaling;
  return new VarianceScaling({ scale, mode, distribution, seed, inputAxes, outputAxes }) as unknown as InitializerFunction;
}
