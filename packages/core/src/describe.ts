import { isTensorBase } from "./tensor/base.ts";

/**
 * What an error message says it received: numbers, strings and booleans as they are, tensors by dtype and shape, other things by their kind.
 *
 * @example
 * describeValue("yx"); // "\"yx\""
 * describeValue([1, 2]); // "an array of 2"
 * describeValue(tensor([[1, 2]])); // "a tensor float32[1,2]"
 */
export function describe(x: unknown): string {
  if (x === null || x === undefined || typeof x === "number" || typeof x === "boolean") return String(x);
  if (typeof x === "bigint") return `${x}n`;
  if (typeof x === "string") return JSON.stringify(x);
  if (typeof x === "function") return x.name === "" ? "a function" : `the function ${x.name}`;
  if (isTensorBase(x)) return `a tensor ${x.dtype}[${x.shape.join(",")}]`;
  if (Array.isArray(x)) return `an array of ${x.length}`;
  return typeof x === "object" ? `an object ${x.constructor?.name ?? ""}`.trim() : typeof x;
}
