import { field, type Field, type FieldOptions, identityOf, invalid, isDType } from "@neurite/core";
import { QuantizedDTypePolicy } from "../quantization/quantized-policy.ts";
import { DTypePolicy, getDTypePolicy } from "./dtype-policy.ts";

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
    // A policy is read without a registry: it is part of every layer's config, whatever plugins there are.
    decode: (json) => {
      const object = json as { class_name?: string; config?: Record<string, unknown> } | string | null;
      if (object === null || typeof object === "string") return object;
      if (object.class_name === "QuantizedDTypePolicy" || object.class_name === "Int4DTypePolicy") {
        return QuantizedDTypePolicy.fromConfig(object.config ?? {});
      }
      return object.class_name === identityOf(DTypePolicy).className ? DTypePolicy.fromConfig(object.config ?? {}) : object;
    },
  };
}
