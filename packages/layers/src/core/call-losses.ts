import type { Tensor } from "@neurite/core";

/** The penalties that one layer's last call added, scalars. */
export class CallLosses {
  values: Tensor[] = [];
}

/** Runs `body`, and gives the penalties that it added to each of some layers in place of adding them. */
export function lossesApart<T>(
  family: readonly CallLosses[],
  body: () => T,
): { readonly result: T; readonly losses: readonly (readonly Tensor[])[] } {
  const before = family.map(({ values }) => values);
  for (const losses of family) losses.values = [];
  const result = body();
  const losses = family.map(({ values }) => values);
  family.forEach((each, i) => (each.values = before[i] as Tensor[]));
  return { result, losses };
}
