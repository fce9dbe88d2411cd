import type { Summary } from "../event-file/summary.ts";

/** One number at a step. */
export function scalarSummary(tag: string, value: number, description?: string): Summary {
  const tensor = { dtype: "float32", shape: [], values: [value] } as const;
  return { tag, plugin: { name: "scalars" }, dataClass: "scalar", tensor, ...(description === undefined ? {} : { description }) };
}
