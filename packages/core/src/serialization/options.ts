import { SerializationError, ValueError } from "../errors.ts";
import { type Registry, suggest } from "../registry/registry.ts";
import { type Field, invalid } from "./field.ts";
import { refuseUnnamed } from "./function-names.ts";
import { type AnyClass, classOf, identityOf } from "./identity.ts";

const chains = new WeakMap<AnyClass, readonly Field[]>();

/**
 * All fields of a class: those of its bases first, a redeclared one in the place it had there.
 *
 * @example
 * class Scale {
 *   static fields = [field.number("factor", { default: 2 })];
 * }
 * class Shift extends Scale {
 *   static fields = [field.number("offset", { default: 0 })];
 * }
 * fieldsOf(Shift).map(({ name }) => name); // ["factor", "offset"]
 */
export function fieldsOf(cls: AnyClass): readonly Field[] {
  let chain = chains.get(cls);
  if (chain === undefined) {
    const base = Object.getPrototypeOf(cls) as AnyClass;
    const own = Object.hasOwn(cls, "fields") ? (cls as unknown as { fields: readonly Field[] }).fields : [];
    const inherited = typeof base === "function" && base !== (Function.prototype as unknown) ? fieldsOf(base) : [];
    const redeclared = inherited.map((field) => own.find(({ name }) => name === field.name) ?? field);
    chain = [...redeclared, ...own.filter((field) => !redeclared.includes(field))];
    chains.set(cls, chain);
  }
  return chain;
}

function show(value: unknown): string {
  if (typeof value === "function") return value.name ? `function ${value.name}` : "a function";
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}

/**
 * Checks the options given to a constructor and sets them, with defaults for the rest, as properties of the object.
 *
 * @throws ValueError naming class and option for unknown, missing and wrong ones.
 *
 * @example
 * class Scale {
 *   static keras = { module: null, className: "Scale", registeredName: "Scale" };
 *   static fields = [field.number("factor", { default: 2 })];
 *   declare readonly factor: number;
 *   constructor(options = {}) {
 *     assignOptions(this, options);
 *   }
 * }
 * new Scale().factor; // 2
 */
export function assignOptions(target: object, options: Readonly<Record<string, unknown>>, registry?: Registry): void {
  const cls = classOf(target);
  const { className } = identityOf(cls);
  const fields = fieldsOf(cls);
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new ValueError(`[${className}] the last argument must be an object of options: got ${show(options)}`);
  }
  for (const name of Object.keys(options)) {
    if (!fields.some((field) => field.name === name)) {
      throw new ValueError(`[${className}] unknown option ${JSON.stringify(name)}${suggest(name, fields.map((field) => field.name))}`); // prettier-ignore
    }
  }
  for (const field of fields) {
    const given = options[field.name];
    if (given === undefined && field.required) {
      throw new ValueError(`[${className}] ${field.name} is missing: it must be ${field.expected}`);
    }
    const value = field.parse(given === undefined ? field.default : given, registry);
    if (value === invalid) throw new ValueError(`[${className}] ${field.name} must be ${field.expected}: got ${show(given)}`);
    (target as Record<string, unknown>)[field.property] = value;
  }
}

/**
 * The config of an object as Keras writes it, from the fields of its class.
 *
 * @throws SerializationError naming the object and the option that cannot be written: a function without a name.
 *
 * @example
 * class Scale extends ConfiguredCallable {
 *   static fields = [field.number("scaleFactor", { default: 2 })];
 *   declare readonly scaleFactor: number;
 *   invoke(x: TensorLike): Tensor {
 *     return ops.multiply(x, this.scaleFactor);
 *   }
 * }
 * configOf(new Scale({ scaleFactor: 3 }))["scale_factor"]; // 3
 */
export function configOf(target: object): Record<string, unknown> {
  const config: Record<string, unknown> = {};
  for (const field of fieldsOf(classOf(target))) {
    if (field.omitted === "always") continue;
    const json = encoded(target, field);
    if (field.omitted === "default" && JSON.stringify(json) === JSON.stringify(field.default)) continue;
    config[field.key] = json;
  }
  return config;
}

function encoded(target: object, field: Field): unknown {
  const value = (target as Record<string, unknown>)[field.property];
  try {
    refuseUnnamed(value, field.name);
    return field.encode(value);
  } catch (cause) {
    if (!(cause instanceof SerializationError)) throw cause;
    const { name } = target as { readonly name?: unknown };
    const owner = `${identityOf(classOf(target)).className}${typeof name === "string" && field.name !== "name" ? ` ${JSON.stringify(name)}` : ""}`;
    throw new SerializationError(`[serialize] ${field.name} of ${owner}: ${cause.message.replace(/^\[serialize\] /, "")}`, { cause });
  }
}

/**
 * Makes an object of a config: required fields are the positional arguments of its constructor, in order, the others one object, last.
 *
 * @throws SerializationError for keys the class does not know.
 *
 * @example
 * class Scale extends ConfiguredCallable {
 *   static fields = [field.number("factor", { default: 2 })];
 *   declare readonly factor: number;
 *   invoke(x: TensorLike): Tensor {
 *     return ops.multiply(x, this.factor);
 *   }
 * }
 * objectFromConfig<Scale>(Scale, { factor: 3 }, createRegistry([])).factor; // 3
 */
export function objectFromConfig<T>(cls: AnyClass, config: Readonly<Record<string, unknown>>, registry: Registry): T {
  const { className } = identityOf(cls);
  const fields = fieldsOf(cls);
  const unknown = Object.keys(config).filter((key) => !fields.some((field) => field.key === key));
  if (unknown.length > 0) {
    throw new SerializationError(
      `[${className}] the config has ${unknown.map((key) => JSON.stringify(key)).join(", ")}, which this class does not know: ` +
        `it knows ${fields.map(({ key }) => key).join(", ")}`,
    );
  }
  const positional: unknown[] = [];
  const options: Record<string, unknown> = {};
  for (const field of fields) {
    const json = config[field.key];
    if (json === undefined && !field.required) continue;
    const decoded = json === undefined ? undefined : field.decode(json, registry);
    const value = decoded === undefined ? undefined : field.parse(decoded, registry);
    if (value === invalid)
      throw new SerializationError(`[${className}] ${field.key} must be ${field.expected}: the config has ${show(json)}`);
    if (field.required) positional.push(value);
    else options[field.name] = value;
  }
  return new (cls as unknown as new (...args: unknown[]) => T)(...positional, options);
}

/**
 * A new object of the same class and options, with some of them changed. Nothing is looked up by name: values are handed on as they are, through
 * `copy`.
 *
 * @param changes Values by the names of options.
 * @throws Whatever the constructor throws for the changed options.
 * @example
 * const backwards = objectLike(layer, { name: "backwards", goBackwards: true }, (value) => value);
 */
export function objectLike<T extends object>(target: T, changes: Readonly<Record<string, unknown>>, copy: (value: unknown) => unknown): T {
  const positional: unknown[] = [];
  const options: Record<string, unknown> = {};
  for (const field of fieldsOf(classOf(target))) {
    if (field.omitted === "always") continue;
    const value = Object.hasOwn(changes, field.name) ? changes[field.name] : copy((target as Record<string, unknown>)[field.property]);
    if (field.required) positional.push(value);
    else options[field.name] = value;
  }
  return new (classOf(target) as unknown as new (...args: unknown[]) => T)(...positional, options);
}
