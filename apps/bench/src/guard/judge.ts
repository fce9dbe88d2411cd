/** A cost beside the recorded one. */
export interface Judged {
  readonly name: string;
  readonly cost: number;
  /** Null where there is no record. */
  readonly recorded: number | null;
  /** Cost over the recorded one: above 1, it is slower than it was. */
  readonly ratio: number | null;
  readonly verdict: "new" | "as recorded" | "better" | "worse";
}

/**
 * Beyond this, a cost is another one. On machines that are shared, the best of five turns differs by up to a quarter between runs of the same code
 * although the peak is measured beside it: clocks, caches and memory are shared, too.
 */
export const tolerance = 0.3;

export function judge(name: string, cost: number, recorded: number | undefined, most: number = tolerance): Judged {
  if (recorded === undefined) return { name, cost, recorded: null, ratio: null, verdict: "new" };
  const ratio = cost / recorded;
  return { name, cost, recorded, ratio, verdict: ratio > 1 + most ? "worse" : ratio < 1 / (1 + most) ? "better" : "as recorded" };
}

/** What is worse is measured again, a few times, before it is said to be. */
export async function judgePatiently(
  { name, again }: { readonly name: string; readonly again: () => Promise<number> },
  recorded: number | undefined,
  most: number = tolerance,
  tries = 4,
): Promise<Judged> {
  let judged = judge(name, await again(), recorded, most);
  for (let i = 1; i < tries && judged.verdict === "worse"; i++) judged = judge(name, await again(), recorded, most);
  return judged;
}
