import {
  field,
  type Field,
  type FieldOptions,
  functionName,
  invalid,
  isSerializable,
  type Registry,
  resolveIdentifier,
  serializeKerasObject,
  ValueError,
} from "@neurite/core";
import { linear } from "./functions.ts";
import { type ActivationFunction, type ActivationName, activations } from "./table.ts";

/** What is accepted where an activation is wanted: an identifier, a function, or a layer. */
export type ActivationLike = ActivationName | (string & {}) | ActivationFunction;

const expected = 'an activation: a name such as "relu", or a function from a tensor to a tensor';
const resolve = (value: unknown, registry?: Registry): unknown => resolveIdentifier("activations", activations, value, registry);

/** As Keras writes activations: its own by name, others as functions or objects. */
function encode(activation: unknown): unknown {
  if (isSerializable(activation)) return serializeKerasObject(activation);
  const name = functionName(activation);
  if ((activations as Readonly<Record<string, unknown>>)[name] === activation) return name;
  return { ...(serializeKerasObject(activation) as object), registered_name: name };
}

/** An activation, by identifier or as such; null stands for the identity. */
export function activationField(name: string, options: FieldOptions = {}): Field {
  const made = field.object(name, { expected, resolve, encode }, options);
  return { ...made, parse: (value, registry) => (value === null ? linear : made.parse(value, registry)) };
}

/**
 * The activation function an identifier stands for; the identity for null.
 *
 * The function takes tensors of any shape.
 *
 * @throws ValueError for an unknown name.
 *
 * @example
 * const activation = getActivation("relu");
 * activation(tensor([-1, 2])); // [0, 2]
 */
export function getActivation(identifier: ActivationLike | null, registry?: Registry): ActivationFunction {
  if (identifier === null) return linear;
  const activation = resolve(identifier, registry);
  if (activation === invalid) throw new ValueError(`[getActivation] must be ${expected}`);
  return activation as ActivationFunction;
}

/**
 * The config of an activation (a function of tensors of any shape): a name for Keras's own.
 *
 * @example
 * serializeActivation(getActivation("hard_silu")); // "hard_silu"
 */
export function serializeActivation(activation: ActivationFunction): unknown {
  return encode(activation);
}
