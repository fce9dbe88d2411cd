export { Constraint, type ConstraintFunction } from "./constraint.ts";
export { MaxNorm, type MaxNormOptions } from "./max-norm.ts";
export { MinMaxNorm, type MinMaxNormOptions } from "./min-max-norm.ts";
export { NonNeg } from "./non-neg.ts";
export { UnitNorm, type UnitNormOptions } from "./unit-norm.ts";
export { constraints, getConstraint, type ConstraintLike, type ConstraintName } from "./constraint-field.ts";
