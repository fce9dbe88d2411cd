/** Polynomials of values. */
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";

/** Σ coefficients[i] · x^(n - i), the highest power first. */
export function polynomial(x: Value, coefficients: readonly number[]): Value {
  return coefficients
    .slice(1)
    .reduce<Value>(
      (sum, coefficient) => build.add(build.mul(sum, x), coefficient),
      build.full(x.shape, coefficients[0] as number, x.dtype),
    );
}
