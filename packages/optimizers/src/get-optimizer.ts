import { describeValue, type Entries, invalid, type OptimizerLike, type Registry, resolveIdentifier, ValueError } from "@neurite/core";
import { type OptimizerName, optimizers } from "./table.ts";

/** What is accepted where an optimizer is wanted: an identifier or an optimizer. */
export type OptimizerIdentifier = OptimizerName | (string & {}) | OptimizerLike;

/**
 * The optimizer an identifier stands for, with its default options. Upper and lower case are one.
 *
 * @throws ValueError for an unknown name.
 * @example
 * getOptimizer("nadam");
 */
export function getOptimizer(identifier: OptimizerIdentifier, registry?: Registry): OptimizerLike {
  const name =
    typeof identifier === "string" && !(identifier in optimizers) && identifier.toLowerCase() in optimizers
      ? identifier.toLowerCase()
      : identifier;
  const optimizer = resolveIdentifier("optimizers", optimizers as Entries, name, registry);
  if (optimizer === invalid)
    throw new ValueError(`[getOptimizer] an optimizer is a name or an object: received ${describeValue(identifier)}`);
  return optimizer as OptimizerLike;
}
