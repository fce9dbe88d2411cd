import type { Kernel } from "../plan/plan.ts";
import { bodiesOf } from "../plan/views.ts";
import type { Unit } from "./units.ts";

/** Instructions that say nothing of what a kernel is for. */
const silent: ReadonlySet<string> = new Set(["load", "constant", "scalar", "index", "result", "row_reduce", "cast"]);

/** "functional/dense_1: dot add max". */
export function labelOf(kernel: Kernel, units: readonly Unit[]): string {
  const words: string[] = [];
  if (kernel.kind === "linalg") words.push(kernel.op);
  else if (kernel.kind !== "loop" && kernel.kind !== "reduce") words.push(kernel.kind);
  for (const { body } of bodiesOf(kernel)) {
    for (const instruction of body.instructions) {
      if (instruction.op === "row_reduce") words.push(`row_${instruction.reduce}`);
      else if (!silent.has(instruction.op)) words.push(instruction.op);
    }
    if (kernel.kind === "reduce" && body === kernel.body) words.push(...kernel.reductions.map(({ op }) => `reduce_${op}`));
  }
  const ops = words.length === 0 ? "copy" : words.slice(0, maxWords).join(" ") + (words.length > maxWords ? " …" : "");
  const scope = commonScope(units);
  return scope === "" ? ops : `${scope}: ${ops}`;
}

const maxWords = 8;

/** The longest path that the scopes of all units begin with; where there is none, the first scope. */
function commonScope(units: readonly Unit[]): string {
  const scopes = units.map(({ root }) => root.scope.path);
  const [first = ""] = scopes;
  if (scopes.every((scope) => scope === first)) return first;
  let common = first.split("/");
  for (const scope of scopes) {
    const parts = scope.split("/");
    const differs = common.findIndex((part, i) => part !== parts[i]);
    if (differs >= 0) common = common.slice(0, differs);
  }
  if (common.length > 0 && common[0] !== "") return common.join("/");
  return scopes.find((scope) => scope !== "") ?? "";
}
