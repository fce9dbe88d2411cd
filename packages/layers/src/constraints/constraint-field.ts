import { type Entries, field, type Field, type FieldOptions, invalid, type Registry, resolveIdentifier, ValueError } from "@neurite/core";
import type { ConstraintFunction } from "./constraint.ts";
import { MaxNorm } from "./max-norm.ts";
import { MinMaxNorm } from "./min-max-norm.ts";
import { NonNeg } from "./non-neg.ts";
import { UnitNorm } from "./unit-norm.ts";

/** String identifiers of the constraints, as Keras spells them. */
export type ConstraintName = "max_norm" | "min_max_norm" | "non_neg" | "unit_norm";

/** What is accepted where a constraint is wanted. */
export type ConstraintLike = ConstraintName | (string & {}) | ConstraintFunction;

/** Constraint classes by class name and by identifier. */
export const constraints: Entries & { readonly [K in ConstraintName]: unknown } = {
  MaxNorm,
  MinMaxNorm,
  NonNeg,
  UnitNorm,
  max_norm: MaxNorm,
  min_max_norm: MinMaxNorm,
  non_neg: NonNeg,
  unit_norm: UnitNorm,
};

const expected = 'a constraint: a name such as "max_norm", a Constraint, or a function from a weight to a weight';
const resolve = (value: unknown, registry?: Registry): unknown => resolveIdentifier("constraints", constraints, value, registry);

/** A constraint, by identifier or as such; null for none. */
export function constraintField(name: string, options: FieldOptions = {}): Field {
  return field.object(name, { expected, resolve }, { default: null, ...options });
}

/**
 * The constraint an identifier stands for; null for null.
 *
 * @throws ValueError for an unknown name.
 *
 * @example
 * const nonNegative = getConstraint("non_neg");
 * nonNegative?.(tensor([-1, 2])); // [0, 2]
 */
export function getConstraint(identifier: ConstraintLike | null, registry?: Registry): ConstraintFunction | null {
  if (identifier === null) return null;
  const constraint = resolve(identifier, registry);
  if (constraint === invalid) throw new ValueError(`[getConstraint] must be ${expected}`);
  return constraint as ConstraintFunction;
}
