import {
  field,
  type Field,
  type FieldOptions,
  invalid,
  isTensor,
  type Registry,
  resolveIdentifier,
  ShapeError,
  type AnyTensor,
  Tensor,
  ops,
  ValueError,
} from "@neurite/core";
import type { InitializerFunction } from "./initializer.ts";
import { type InitializerName, initializers } from "./table.ts";

/** What is accepted where an initializer is wanted: an identifier, an initializer or function, a config, or the values themselves. */
export type InitializerLike = InitializerName | (string & {}) | InitializerFunction | AnyTensor;

const expected = 'an initializer: a name such as "he_normal", an Initializer, or a function from shape and options to a tensor';

function fromTensor(values: AnyTensor): InitializerFunction {
  return function initializeFromTensor(shape, { dtype = "float32" } = {}) {
    if (shape.length !== values.ndim || shape.some((dim, i) => dim !== values.shape[i])) {
      throw new ShapeError(`[initializer] the values given have shape [${values.shape}]: the weight has [${shape}]`);
    }
    return ops.cast(new Tensor(values.value), dtype);
  };
}

function resolve(value: unknown, registry?: Registry): unknown {
  if (isTensor(value)) return fromTensor(value);
  return resolveIdentifier("initializers", initializers, value, registry);
}

/** An initializer, by identifier or as such. */
export function initializerField(name: string, options: FieldOptions = {}): Field {
  return field.object(name, { expected, resolve }, options);
}

/**
 * The initializer an identifier stands for.
 *
 * @throws ValueError for an unknown name.
 *
 * @example
 * const initializer = getInitializer("ones");
 * initializer([2]); // [1, 1]
 */
export function getInitializer(identifier: InitializerLike, registry?: Registry): InitializerFunction {
  const initializer = resolve(identifier, registry);
  if (initializer === invalid) throw new ValueError(`[getInitializer] must be ${expected}`);
  return initializer as InitializerFunction;
}
