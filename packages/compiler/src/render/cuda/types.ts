import type { DType } from "@neurite/core";

/** How elements lie in memory. Half types are their bits. */
export const storageTypes: Partial<Record<DType, string>> = {
  bool: "bool",
  int8: "signed char",
  uint8: "unsigned char",
  int32: "int",
  uint32: "unsigned int",
  int64: "long long",
  float16: "unsigned short",
  bfloat16: "unsigned short",
  float32: "float",
  float64: "double",
};

/** What elements are while they are computed with. Half types are float32, rounded after every instruction. */
export function valueType(dtype: DType): string {
  return dtype === "float16" || dtype === "bfloat16" ? "float" : (storageTypes[dtype] as string);
}

export const isHalf = (dtype: DType): boolean => dtype === "float16" || dtype === "bfloat16";

/** `value` rounded to what `dtype` can hold. */
export function rounded(value: string, dtype: DType): string {
  if (dtype === "float16") return `nr_from_half(nr_to_half(${value}))`;
  if (dtype === "bfloat16") return `nr_from_bfloat(nr_to_bfloat(${value}))`;
  return value;
}

/** An element read from memory. */
export function loaded(element: string, dtype: DType): string {
  if (dtype === "float16") return `nr_from_half(${element})`;
  if (dtype === "bfloat16") return `nr_from_bfloat(${element})`;
  return element;
}

/** A value as it lies in memory. */
export function stored(value: string, dtype: DType): string {
  if (dtype === "float16") return `nr_to_half(${value})`;
  if (dtype === "bfloat16") return `nr_to_bfloat(${value})`;
  return value;
}

/** A number as a literal of `dtype`'s value type. */
export function literal(value: number | bigint, dtype: DType): string {
  const type = valueType(dtype);
  if (typeof value === "bigint") return value === -(2n ** 63n) ? "(-9223372036854775807LL - 1)" : `(${value}LL)`;
  if (dtype === "bool") return value !== 0 ? "true" : "false";
  if (type === "float" || type === "double") {
    const suffix = type === "float" ? "f" : "";
    if (Number.isNaN(value)) return `nr_nan<${type}>()`;
    if (!Number.isFinite(value)) return `(${value < 0 ? "-" : ""}nr_infinity<${type}>())`;
    const digits = type === "float" ? Math.fround(value) : value;
    if (!Number.isFinite(digits)) return `(${value < 0 ? "-" : ""}nr_infinity<${type}>())`;
    const text = Object.is(digits, -0) ? "-0" : String(digits);
    return `(${/[.e]/.test(text) ? text : `${text}.0`}${suffix})`;
  }
  if (dtype === "int64") return `(${BigInt(Math.trunc(value))}LL)`;
  if (dtype === "uint32") return `(${value}u)`;
  return value === -2147483648 ? "(-2147483647 - 1)" : `(${value})`;
}
