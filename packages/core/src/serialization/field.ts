import type { Registry } from "../registry/registry.ts";
import { configKey } from "./naming.ts";
import { serializeKerasObject } from "./serialize.ts";

/** What `parse` returns for a value that it does not accept. */
export const invalid: unique symbol = Symbol("invalid");

/** One option of a serializable class: its names, default, check, and how it is written in configs. */
export interface Field {
  /** Name of the option in the constructor: "kernelInitializer". */
  readonly name: string;
  /** Key in a Keras config: "kernel_initializer". */
  readonly key: string;
  /** Property of the object that holds it; by default the option's name. */
  readonly property: string;
  /** Has no default: a positional argument of the constructor. */
  readonly required: boolean;
  readonly default: unknown;
  /** What is accepted, in words: "a positive integer". */
  readonly expected: string;
  /** When configs leave it out: never, when it has its default, or always (an option that files do not hold). */
  readonly omitted: "never" | "default" | "always";
  /** The checked and normalized value, or {@link invalid}. */
  parse(value: unknown, registry?: Registry): unknown;
  /** As JSON. */
  encode(value: unknown): unknown;
  /** JSON as something `parse` takes. */
  decode(json: unknown, registry: Registry): unknown;
}

/** What a {@link field} of any kind may be given. */
export interface FieldOptions {
  /** Without a default the option is required. A default of null also allows null. */
  readonly default?: unknown;
  readonly nullable?: boolean;
  readonly key?: string;
  readonly property?: string;
  readonly omitted?: Field["omitted"];
}

/** What one kind of field does. */
export interface FieldKind {
  readonly expected: string;
  parse(value: unknown, registry?: Registry): unknown;
  encode?(value: unknown): unknown;
  decode?(json: unknown, registry: Registry): unknown;
}

/**
 * Makes a field of a kind; null is let through where the options allow it.
 *
 * @example
 * const even = { expected: "an even number", parse: (x: unknown) => (Number(x) % 2 === 0 ? x : invalid) };
 * const heads = makeField("headCount", even, { default: 8 });
 * heads.key; // "head_count"
 * heads.parse(3) === invalid; // true
 */
export function makeField(name: string, kind: FieldKind, options: FieldOptions = {}): Field {
  const nullable = options.nullable ?? options.default === null;
  return {
    name,
    key: options.key ?? configKey(name),
    property: options.property ?? name,
    required: !("default" in options),
    default: options.default,
    expected: nullable ? `${kind.expected}, or null` : kind.expected,
    omitted: options.omitted ?? "never",
    parse: (value, registry) => (value === null && nullable ? null : kind.parse(value, registry)),
    encode: (value) => (value === null || kind.encode === undefined ? serializeKerasObject(value) : kind.encode(value)),
    decode: (json, registry) => (json === null || kind.decode === undefined ? json : kind.decode(json, registry)),
  };
}
