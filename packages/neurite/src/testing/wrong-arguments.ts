/** What calls with wrong arguments are made of. */
import { Tensor, tensor } from "@neurite/core";

/** Makers of values of every kind, of which few fit where they are given. */
export const wrongValues: readonly (() => unknown)[] = [
  ...[undefined, null, Number.NaN, -1, 0, 1.5, 2, Infinity, "", "no_such", true, 10n, Symbol("s")].map((value) => (): unknown => value),
  ...[[], [1, 2], [-1], [null], ["a"], [[1, 2], [3]], {}, { a: 1 }].map((value) => (): unknown => structuredClone(value)), // prettier-ignore
  () => (): number => 1,
  () => new Date(0),
  () => new Map(),
  () => Object.create(null) as unknown,
  () => tensor(1),
  () => tensor([1, 2, 3]),
  () => tensor([[1, 2], [3, 4]]), // prettier-ignore
  () => tensor([1, 0], { dtype: "int32" }),
  () => tensor([true, false]),
  () => [tensor(1), null],
];

/** Mulberry32: numbers in [0, 1). */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Picks from lists by the numbers of `random`. */
export function pickFrom(random: () => number): <T>(list: readonly T[]) => T {
  return <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
}

/** A value as a list of offenders names it. */
export function show(value: unknown): string {
  if (value instanceof Tensor) return `tensor of [${value.shape.join(", ")}]`;
  if (typeof value === "bigint" || typeof value === "symbol") return String(value);
  return Array.isArray(value) ? `[${value.map(show).join(", ")}]` : (JSON.stringify(value) ?? typeof value);
}
