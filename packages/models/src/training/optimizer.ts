import { describeValue, type OptimizerLike, type Registry, ValueError } from "@neurite/core";

/**
 * An optimizer by name, in the registry; an optimizer as it is.
 * @throws ValueError for an unknown name, and for what is no optimizer.
 */
export function resolveOptimizer(identifier: string | OptimizerLike, registry: Registry): OptimizerLike {
  if (typeof identifier !== "string") {
    if (typeof identifier !== "object" || identifier === null || typeof identifier.apply !== "function") {
      throw new ValueError(`[compile] optimizer must be a name or an optimizer: got ${describeValue(identifier)}`);
    }
    return identifier;
  }
  const Class = registry.get("optimizers", identifier) as new () => OptimizerLike;
  return new Class();
}

/** The optimizer in one that scales the loss, as float16 needs; as it is where it does that already. */
export function scalingLoss(optimizer: OptimizerLike, registry: Registry): OptimizerLike {
  if ("innerOptimizer" in optimizer) return optimizer;
  const Class = registry.get("optimizers", "LossScaleOptimizer") as new (inner: OptimizerLike) => OptimizerLike;
  return new Class(optimizer);
}
