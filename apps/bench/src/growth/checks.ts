import type { Growth, Pair } from "./measure.ts";
import { type Axis, flops, parameters } from "./sizes.ts";

export interface Finding {
  readonly holds: boolean;
  readonly text: string;
}

/** What a step may grow beyond what its work does: caches end somewhere. */
const slack = 1.5;
/** What one measurement may differ from another. */
const noise = 1.1;

/** What must hold of growth along an axis. */
export function check(axis: Axis, pairs: readonly Pair[]): readonly Finding[] {
  const several = pairs.map((pair) => pair.several);
  return [cliffs(axis, several), threads(axis, pairs), ...(axis === "depth" ? compiling(several) : [])];
}

function cliffs(axis: Axis, all: readonly Growth[]): Finding {
  const found: string[] = [];
  for (const [i, { size, step }] of all.entries()) {
    const before = all[i - 1];
    if (before === undefined) continue;
    // Products grow with the operations, the optimizer with the parameters; fixed costs with neither.
    const work = Math.max(flops(size) / flops(before.size), parameters(size) / parameters(before.size));
    if (step > slack * work * before.step)
      found.push(`${before.size[axis]} to ${size[axis]}: ${(step / before.step).toFixed(1)}x for ${work.toFixed(1)}x the work`);
  }
  return { holds: found.length === 0, text: `${axis}: step time has no cliffs${found.length > 0 ? `, but ${found.join("; ")}` : ""}` };
}

function threads(axis: Axis, pairs: readonly Pair[]): Finding {
  const lost = pairs.filter(({ ratio }) => ratio > noise);
  const named = lost.map(({ one, ratio }) => `${one.size[axis]}: ${ratio.toFixed(2)}x`).join("; ");
  return { holds: lost.length === 0, text: `${axis}: several threads never lose to one${lost.length > 0 ? `, but ${named}` : ""}` };
}

function compiling(all: readonly Growth[]): readonly Finding[] {
  const deepest = all.at(-1) as Growth;
  const middle = all.find(({ size }) => size.depth >= 20) ?? deepest;
  const each = ({ compile, size }: Growth): number => compile / size.depth;
  return [
    {
      holds: deepest.compile < 250,
      text: `${deepest.size.depth} layers with Adam are traced and compiled in ${deepest.compile.toFixed(0)} ms (under 250)`,
    },
    {
      holds: each(deepest) <= slack * each(middle),
      text: `tracing and compiling is linear: ${each(middle).toFixed(2)} ms a layer of ${middle.size.depth}, ${each(deepest).toFixed(2)} of ${deepest.size.depth}`,
    },
  ];
}
