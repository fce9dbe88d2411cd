/** Options that say how a weight is made: for a weight named "kernel", `kernelInitializer`, `kernelRegularizer` and `kernelConstraint`. */
import type { Field } from "@neurite/core";
import type { ConstraintFunction } from "../constraints/index.ts";
import type { InitializerFunction } from "../initializers/index.ts";
import type { RegularizerFunction } from "../regularizers/index.ts";
import { layerField } from "./fields.ts";

/** What a layer has of such options once they are resolved. */
export type WeightSettings<Name extends string> = { readonly [Key in `${Name}Initializer`]: InitializerFunction } & {
  readonly [Key in `${Name}Regularizer`]: RegularizerFunction | null;
} & { readonly [Key in `${Name}Constraint`]: ConstraintFunction | null };

/** The fields of weights, by name with the default of their initializers. */
export function weightFields(initializers: Readonly<Record<string, string>>): readonly Field[] {
  const names = Object.keys(initializers);
  return [
    ...names.map((name) => layerField.initializer(`${name}Initializer`, { default: initializers[name] })),
    ...names.map((name) => layerField.regularizer(`${name}Regularizer`)),
    ...names.map((name) => layerField.constraint(`${name}Constraint`)),
  ];
}

/** How a layer is told to make a weight, as `addWeight` takes it. */
export function weightSettings<Name extends string>(
  layer: WeightSettings<Name>,
  name: Name,
): {
  readonly initializer: InitializerFunction;
  readonly regularizer: RegularizerFunction | null;
  readonly constraint: ConstraintFunction | null;
} {
  const { [`${name}Initializer`]: initializer, [`${name}Regularizer`]: regularizer, [`${name}Constraint`]: constraint } = layer as never;
  return { initializer, regularizer, constraint };
}
