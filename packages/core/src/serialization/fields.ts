import { dtypes, isDType } from "../dtypes/dtype.ts";
import type { Registry } from "../registry/registry.ts";
import { deserializeKerasObject, isSerializedObject } from "./deserialize.ts";
import { type Field, type FieldKind, type FieldOptions, invalid, makeField } from "./field.ts";

/** Bounds of a number, both allowed. */
export interface Range {
  readonly min?: number;
  readonly max?: number;
}

const isInteger = (value: unknown): value is number => Number.isInteger(value);

function inRange(value: number, { min = -Infinity, max = Infinity }: Range): boolean {
  return value >= min && value <= max;
}

function rangeText(noun: string, { min, max }: Range): string {
  if (min !== undefined && max !== undefined) return `${noun} from ${min} to ${max}`;
  if (min === 1 && noun === "an integer") return "a positive integer";
  if (min !== undefined) return `${noun} of at least ${min}`;
  return max === undefined ? noun : `${noun} of at most ${max}`;
}

function sizesKind(rank: number, { min = 1 }: Range): FieldKind {
  return {
    expected: `${rangeText("an integer", { min })} or a list of ${rank}`,
    parse(value) {
      const list = isInteger(value) ? Array.from({ length: rank }, () => value) : value;
      if (!Array.isArray(list) || list.length !== rank) return invalid;
      return list.every((size) => isInteger(size) && size >= min) ? [...(list as number[])] : invalid;
    },
  };
}

/** Makes the fields that serializable classes declare; see {@link Field}. Every function takes the option's name first. */
export const field: {
  integer(name: string, options?: FieldOptions & Range): Field;
  number(name: string, options?: FieldOptions & Range): Field;
  boolean(name: string, options?: FieldOptions): Field;
  string(name: string, options?: FieldOptions): Field;
  /** One of a few strings. */
  choice(name: string, values: readonly string[], options?: FieldOptions): Field;
  /** A positive integer for each of `rank` axes, or one for all: kernel sizes, strides. */
  sizes(name: string, rank: number, options?: FieldOptions & Range): Field;
  /** An axis, or a list of axes. */
  axes(name: string, options?: FieldOptions): Field;
  /** A list of sizes, null where unknown (or -1 where `inferred`). */
  shape(name: string, options?: FieldOptions & { readonly inferred?: boolean }): Field;
  dtype(name: string, options?: FieldOptions): Field;
  /** A list of numbers. */
  numbers(name: string, options?: FieldOptions): Field;
  /** Anything that JSON holds. */
  json(name: string, options?: FieldOptions): Field;
  /** Something Keras has and neurite has not: configs hold `value` and nothing else is accepted. */
  unsupported(name: string, value: unknown, options?: FieldOptions): Field;
  /** A serializable object; `resolve` turns identifiers and instances into instances, or gives {@link invalid}. */
  object(
    name: string,
    kind: { expected: string; resolve(value: unknown, registry?: Registry): unknown; encode?(value: unknown): unknown },
    options?: FieldOptions,
  ): Field;
} = {
  integer: (name, options = {}) =>
    makeField(
      name,
      { expected: rangeText("an integer", options), parse: (value) => (isInteger(value) && inRange(value, options) ? value : invalid) },
      options,
    ),
  number: (name, options = {}) =>
    makeField(
      name,
      {
        expected: rangeText("a number", options),
        parse: (value) => (typeof value === "number" && !Number.isNaN(value) && inRange(value, options) ? value : invalid),
      },
      options,
    ),
  boolean: (name, options = {}) =>
    makeField(name, { expected: "true or false", parse: (value) => (typeof value === "boolean" ? value : invalid) }, options),
  string: (name, options = {}) =>
    makeField(name, { expected: "a string", parse: (value) => (typeof value === "string" ? value : invalid) }, options),
  choice: (name, values, options = {}) =>
    makeField(
      name,
      {
        expected: values.map((value) => JSON.stringify(value)).join(values.length === 2 ? " or " : ", "),
        parse: (value) => (values.includes(value as string) ? value : invalid),
      },
      options,
    ),
  sizes: (name, rank, options = {}) => makeField(name, sizesKind(rank, options), options),
  axes: (name, options = {}) =>
    makeField(
      name,
      {
        expected: "an axis or a list of axes",
        parse: (value) =>
          isInteger(value) ? value : Array.isArray(value) && value.length > 0 && value.every(isInteger) ? [...value] : invalid,
      },
      options,
    ),
  shape: (name, options = {}) =>
    makeField(
      name,
      {
        expected: options.inferred ? "a list of sizes, one of which may be -1" : "a list of sizes (null where unknown)",
        parse(value) {
          if (!Array.isArray(value)) return invalid;
          const ok = options.inferred
            ? (dim: unknown): boolean => isInteger(dim) && dim >= -1
            : (dim: unknown): boolean => dim === null || (isInteger(dim) && dim >= 0);
          if (options.inferred && value.filter((dim) => dim === -1).length > 1) return invalid;
          return value.every(ok) ? [...(value as (number | null)[])] : invalid;
        },
      },
      options,
    ),
  dtype: (name, options = {}) =>
    makeField(name, { expected: `a dtype (${dtypes.join(", ")})`, parse: (value) => (isDType(value) ? value : invalid) }, options),
  numbers: (name, options = {}) =>
    makeField(
      name,
      {
        expected: "a list of numbers",
        parse: (value) => (Array.isArray(value) && value.every((x) => typeof x === "number") ? [...(value as number[])] : invalid),
      },
      options,
    ),
  json: (name, options = {}) => makeField(name, { expected: "a value", parse: (value) => value }, options),
  unsupported: (name, value, options = {}) =>
    makeField(
      name,
      {
        expected: `${JSON.stringify(value)}: nothing else is supported yet`,
        parse: (given) => (given === value || given === null ? value : invalid),
      },
      { default: value, ...options },
    ),
  object: (name, kind, options = {}) =>
    makeField(
      name,
      {
        expected: kind.expected,
        parse: (value, registry) => kind.resolve(value, registry),
        decode: (json, registry) => (Array.isArray(json) ? json.map((each) => objectOf(each, registry)) : objectOf(json, registry)),
        ...(kind.encode ? { encode: kind.encode } : {}),
      },
      options,
    ),
};

function objectOf(json: unknown, registry: Registry): unknown {
  return isSerializedObject(json) ? deserializeKerasObject(json, registry) : json;
}
