import type { Summary } from "../event-file/summary.ts";

const encoder = new TextEncoder();

/** Text at a step, as Markdown: one string, or a list of them that is shown as a table. */
export function textSummary(tag: string, texts: string | readonly string[], description?: string): Summary {
  const list = typeof texts === "string" ? [texts] : texts;
  return {
    tag,
    plugin: { name: "text" },
    dataClass: "tensor",
    tensor: { dtype: "string", shape: typeof texts === "string" ? [] : [list.length], values: list.map((line) => encoder.encode(line)) },
    ...(description === undefined ? {} : { description }),
  };
}
