import { describeValue, ValueError } from "@neurite/core";

/** A model, of whatever copy of this package. @throws ValueError for anything else. */
export function requireModel(op: string, model: unknown): void {
  if (model !== null && (typeof model === "object" || typeof model === "function") && "isStack" in model) return;
  throw new ValueError(`[${op}] a model is needed: received ${describeValue(model)}`);
}
