import { quantizedPolicyNamed, type QuantizedPolicyName } from "../quantization/quantized-policy.ts";
import { DTypePolicy, type DTypePolicyName, globalPolicy, setGlobalPolicy } from "./dtype-policy.ts";

/** What anything that takes a policy accepts: a dtype, "mixed_float16", "mixed_bfloat16", a name as "int8_from_float32", or a policy. */
export type DTypePolicyLike = DTypePolicyName | QuantizedPolicyName | DTypePolicy;

/**
 * The policy of a name, or null for that of layers (of inputs of any shape) that are given none: "float32" at first.
 *
 * @throws DTypeError for what is no policy and names none.
 *
 * @example
 * getDTypePolicy().name; // "float32"
 * getDTypePolicy("int8_from_float32").quantizationMode; // "int8"
 */
export function getDTypePolicy(identifier: DTypePolicyLike | null = null): DTypePolicy {
  return identifier === null ? globalPolicy() : policyOf(identifier);
}

function policyOf(policy: DTypePolicyLike): DTypePolicy {
  if (policy instanceof DTypePolicy) return policy;
  return (typeof policy === "string" ? quantizedPolicyNamed(policy) : null) ?? new DTypePolicy(policy);
}

/**
 * Sets the policy of layers (of inputs of any shape) made from here on that are given none.
 *
 * @throws DTypeError for what is no policy and names none.
 *
 * @example
 * setDTypePolicy("mixed_bfloat16");
 * new Dense(30).computeDtype; // "bfloat16"
 * setDTypePolicy("float32");
 */
export function setDTypePolicy(policy: DTypePolicyLike): void {
  setGlobalPolicy(policyOf(policy));
}
