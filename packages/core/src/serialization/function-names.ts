import { describe } from "../describe.ts";
import { SerializationError, ValueError } from "../errors.ts";
import { opInfo } from "../symbolic/define-op.ts";
import { snakeCase } from "./naming.ts";

/**
 * The name a function has in configs: that of the Keras op it is, else its own in snake case.
 *
 * @throws ValueError for anything but functions.
 *
 * @example
 * functionName(ops.logSoftmax); // "log_softmax"
 * functionName(function myLoss() {}); // "my_loss"
 */
export function functionName(fn: unknown): string {
  if (typeof fn !== "function") throw new ValueError(`[functionName] expected a function: got ${describe(fn)}`);
  return opInfo(fn)?.name ?? snakeCase((fn as { name: string }).name);
}

/**
 * Refuses functions that configs could not name: those without a name, and arrow functions that only have that of the place they are written in.
 * Objects that hold functions are looked through.
 *
 * @param place Where the value stands: the name of an option.
 *
 * @throws SerializationError showing how the function begins.
 *
 * @example
 * refuseUnnamed(ops.relu, "activation");
 * refuseUnnamed((x: Tensor) => ops.multiply(x, 2), "activation"); // throws: a function without a name cannot be written
 */
export function refuseUnnamed(value: unknown, place: string): void {
  if (Array.isArray(value)) for (const item of value) refuseUnnamed(item, place);
  else if (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype)
    for (const [key, item] of Object.entries(value)) refuseUnnamed(item, key);
  if (typeof value !== "function" || opInfo(value) !== null || "getConfig" in value) return;
  const isArrow = !Object.hasOwn(value, "prototype");
  if (value.name !== "" && !(isArrow && value.name === place)) return;
  const source = Function.prototype.toString.call(value).replace(/\s+/g, " ");
  const shown = source.length > 80 ? `${source.slice(0, 79)}…` : source;
  throw new SerializationError(
    `[serialize] a function without a name cannot be written: ${shown}. Make it a constant with a name, and put that into a plugin`,
  );
}
