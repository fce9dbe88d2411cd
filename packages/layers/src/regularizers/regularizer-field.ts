import { type Entries, field, type Field, type FieldOptions, invalid, type Registry, resolveIdentifier, ValueError } from "@neurite/core";
import { L1 } from "./l1.ts";
import { L1L2 } from "./l1-l2.ts";
import { L2 } from "./l2.ts";
import { OrthogonalRegularizer } from "./orthogonal-regularizer.ts";
import type { RegularizerFunction } from "./regularizer.ts";

/** String identifiers of the regularizers, as Keras spells them. */
export type RegularizerName = "l1" | "l2" | "l1l2" | "orthogonal_regularizer";

/** What is accepted where a regularizer is wanted. */
export type RegularizerLike = RegularizerName | (string & {}) | RegularizerFunction;

/** Regularizer classes by class name and by identifier. */
export const regularizers: Entries & { readonly [K in RegularizerName]: unknown } = {
  L1,
  L2,
  L1L2,
  OrthogonalRegularizer,
  l1: L1,
  l2: L2,
  l1l2: L1L2,
  orthogonal_regularizer: OrthogonalRegularizer,
};

const expected = 'a regularizer: "l1", "l2", a Regularizer, or a function from a tensor to a scalar';
const resolve = (value: unknown, registry?: Registry): unknown => resolveIdentifier("regularizers", regularizers, value, registry);

/** A regularizer, by identifier or as such; null for none. */
export function regularizerField(name: string, options: FieldOptions = {}): Field {
  return field.object(name, { expected, resolve }, { default: null, ...options });
}

/**
 * The regularizer an identifier stands for; null for null.
 *
 * @throws ValueError for an unknown name.
 *
 * @example
 * const regularizer = getRegularizer("l2");
 * regularizer?.(tensor([1, 2])); // 0.05
 */
export function getRegularizer(identifier: RegularizerLike | null, registry?: Registry): RegularizerFunction | null {
  if (identifier === null) return null;
  const regularizer = resolve(identifier, registry);
  if (regularizer === invalid) throw new ValueError(`[getRegularizer] must be ${expected}`);
  return regularizer as RegularizerFunction;
}
