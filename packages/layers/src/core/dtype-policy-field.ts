import { DTypeError, field, type Field, type FieldOptions, invalid } from "@neurite/core";
import { policyFromJSON } from "./dtype-policy-map.ts";
import { type DTypePolicyLike, getDTypePolicy } from "./named-policy.ts";

function resolve(value: unknown): unknown {
  try {
    return getDTypePolicy(value as DTypePolicyLike | null);
  } catch (error) {
    // A quantized policy whose numbers are wrong says so itself.
    if (error instanceof DTypeError && !error.message.startsWith("[DTypePolicy]")) throw error;
    return invalid;
  }
}

/** A dtype policy, given as such or by name. */
export function dtypePolicyField(name: string, options: FieldOptions = {}): Field {
  const made = field.object(
    name,
    { expected: `a dtype, "mixed_float16", "mixed_bfloat16", a name as "int8_from_float32" or a DTypePolicy`, resolve },
    options,
  );
  return {
    ...made,
    parse: resolve,
    decode: policyFromJSON,
  };
}
