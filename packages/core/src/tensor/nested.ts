import type { DType, TypedArray } from "../dtypes/dtype.ts";
import { describe } from "../describe.ts";
import { ShapeError, ValueError } from "../errors.ts";
import { bfloat16ToNumber, float16ToNumber } from "./base.ts";

/** Numbers, booleans or bigints in arrays of arrays of one shape. */
export type NestedArray = number | boolean | bigint | readonly NestedArray[];

/** The shape of nested arrays, and their elements in row-major order. Typed arrays may be the innermost level. */
export function flattenNested(data: unknown, what = "tensor"): { shape: number[]; flat: (number | boolean | bigint)[] } {
  const shape: number[] = [];
  for (let level: unknown = data; isListLike(level); level = level[0]) {
    shape.push(level.length);
    if (level.length === 0) break;
  }
  const flat: (number | boolean | bigint)[] = [];
  const visit = (value: unknown, depth: number, path: string): void => {
    if (isListLike(value)) {
      if (depth >= shape.length || value.length !== shape[depth]) {
        throw new ShapeError(
          `[${what}] ragged array: element ${path || "(root)"} has length ${value.length} where ` +
            `${depth >= shape.length ? "a number was" : String(shape[depth]) + " elements were"} expected, as in the first element`,
        );
      }
      for (let i = 0; i < value.length; i++) visit(value[i], depth + 1, `${path}[${i}]`);
      return;
    }
    if (depth !== shape.length) {
      throw new ShapeError(
        `[${what}] ragged array: element ${path} is a single value where an array of ${shape[depth]} was expected, as in the first element`,
      );
    }
    if (typeof value !== "number" && typeof value !== "boolean" && typeof value !== "bigint") {
      throw new ValueError(`[${what}] element ${path || "(root)"} is not a number, boolean or bigint: ${describe(value)}`);
    }
    flat.push(value);
  };
  visit(data, 0, "");
  return { shape, flat };
}

function isListLike(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

/** Elements in row-major order as nested arrays of `shape`. */
export function nestArray(data: TypedArray, dtype: DType, shape: readonly number[]): NestedArray {
  const elements = data as unknown as ArrayLike<number | bigint>;
  const element = (i: number): NestedArray => {
    if (dtype === "complex64") return [elements[2 * i] as number, elements[2 * i + 1] as number];
    const value = elements[i] as number | bigint;
    if (dtype === "bool") return value !== 0;
    if (dtype === "float16") return float16ToNumber(value as number);
    if (dtype === "bfloat16") return bfloat16ToNumber(value as number);
    return value;
  };
  let next = 0;
  const build = (axis: number): NestedArray =>
    axis === shape.length ? element(next++) : Array.from({ length: shape[axis] as number }, () => build(axis + 1));
  return build(0);
}
