import type { DType, TypedArray } from "../dtypes/dtype.ts";
import { describe } from "../describe.ts";
import { ShapeError, ValueError } from "../errors.ts";
import { bfloat16ToNumber, float16ToNumber } from "./base.ts";

/** Numbers, booleans or bigints in arrays of arrays of one shape. */
export type NestedArray = number | boolean | bigint | readonly NestedArray[];

/** What the elements are: "number" is also what booleans among numbers are, "mixed bigint" bigints among others. */
export type ElementKind = "number" | "boolean" | "bigint" | "mixed bigint";

/** The shape of nested arrays, and their elements in row-major order. Typed arrays may be the innermost level. */
export function flattenNested(data: unknown, what = "tensor"): { shape: number[]; flat: (number | boolean | bigint)[]; kind: ElementKind } {
  const shape: number[] = [];
  for (let level: unknown = data; isListLike(level); level = level[0]) {
    shape.push(level.length);
    if (level.length === 0) break;
  }
  const flat: (number | boolean | bigint)[] = [];
  // Where we are; made text only when something is wrong.
  const at: number[] = [];
  const here = (): string => at.map((index) => `[${index}]`).join("");
  const visit = (value: unknown, depth: number): void => {
    if (isListLike(value)) {
      if (depth >= shape.length || value.length !== shape[depth]) {
        throw new ShapeError(
          `[${what}] ragged array: element ${here() || "(root)"} has length ${value.length} where ` +
            `${depth >= shape.length ? "a number was" : String(shape[depth]) + " elements were"} expected, as in the first element`,
        );
      }
      for (let i = 0; i < value.length; i++) {
        at[depth] = i;
        visit(value[i], depth + 1);
      }
      at.length = depth;
      return;
    }
    if (typeof value !== "number" && typeof value !== "boolean" && typeof value !== "bigint") {
      throw new ValueError(`[${what}] element ${here() || "(root)"} is not a number, boolean or bigint: ${describe(value)}`);
    }
    if (depth !== shape.length) {
      throw new ShapeError(
        `[${what}] ragged array: element ${here()} is a single value where an array of ${shape[depth]} was expected, as in the first element`,
      );
    }
    flat.push(value);
  };
  visit(data, 0);
  let booleans = 0;
  let bigints = 0;
  for (const value of flat) {
    if (typeof value === "boolean") booleans++;
    else if (typeof value === "bigint") bigints++;
  }
  const all = (count: number): boolean => count > 0 && count === flat.length;
  return { shape, flat, kind: all(booleans) ? "boolean" : all(bigints) ? "bigint" : bigints > 0 ? "mixed bigint" : "number" };
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
