import { field, type Field, type FieldOptions, invalid } from "@neurite/core";
import { activationField } from "../activations/activation-field.ts";
import { constraintField } from "../constraints/constraint-field.ts";
import { initializerField } from "../initializers/initializer-field.ts";
import { regularizerField } from "../regularizers/regularizer-field.ts";
import { dtypePolicyField } from "./dtype-policy-field.ts";

/** The fields of core, and those of what this package resolves by name. */
export const layerField: typeof field & {
  activation(name: string, options?: FieldOptions): Field;
  initializer(name: string, options?: FieldOptions): Field;
  regularizer(name: string, options?: FieldOptions): Field;
  constraint(name: string, options?: FieldOptions): Field;
  dtypePolicy(name: string, options?: FieldOptions): Field;
  /** "channels_last" (the default) or "channels_first". */
  dataFormat(): Field;
} = {
  ...field,
  activation: activationField,
  initializer: initializerField,
  regularizer: regularizerField,
  constraint: constraintField,
  dtypePolicy: dtypePolicyField,
  dataFormat: () =>
    field.object(
      "dataFormat",
      {
        expected: '"channels_last" or "channels_first"',
        resolve: (value) => (value === null ? "channels_last" : value === "channels_last" || value === "channels_first" ? value : invalid),
      },
      { default: "channels_last" },
    ),
};

/** Of layers that take their inputs in the dtype they have, and give results in that of their policy. */
export const uncast: Field = field.boolean("autocast", { default: false, omitted: "always", property: "castsFloats" });
