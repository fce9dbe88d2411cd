import { field, type Field, type FieldOptions, invalid, isDType } from "@neurite/core";
import { DTypePolicy, getDTypePolicy } from "./dtype-policy.ts";
import { policyFromJSON } from "./dtype-policy-map.ts";

function resolve(value: unknown): unknown {
  if (value === null) return getDTypePolicy();
  if (value instanceof DTypePolicy) return value;
  if (typeof value === "string") return isDType(value) || value.startsWith("mixed_") ? new DTypePolicy(value) : invalid;
  return invalid;
}

/** A dtype policy, given as such or by name. */
export function dtypePolicyField(name: string, options: FieldOptions = {}): Field {
  const made = field.object(name, { expected: `a dtype, "mixed_float16", "mixed_bfloat16" or a DTypePolicy`, resolve }, options);
  return {
    ...made,
    parse: resolve,
    decode: policyFromJSON,
  };
}
