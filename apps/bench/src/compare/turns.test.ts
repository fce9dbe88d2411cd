import { expect, test } from "vitest";
import type { Contestant } from "./contestant.ts";
import { takeTurns } from "./turns.ts";

/** Gives 1, 2, 3 … and writes each turn down. */
function player(
  name: string,
  order: string[],
  options: { state?: Awaited<ReturnType<Contestant["prepare"]>>; failsAt?: number } = {},
): Contestant {
  let turn = 0;
  return {
    name,
    prepare: async () => options.state ?? "ready",
    turn: async () => {
      order.push(name);
      if (++turn === options.failsAt) throw new Error("gone");
      return turn;
    },
    close: () => undefined,
  };
}

test("contestants take turns, and each begins in its turn", async () => {
  const order: string[] = [];
  const players = ["a", "b", "c"].map((name) => player(name, order));
  const { numbers, others } = await takeTurns(players, { row: "step", turns: 3, onSkip: () => expect.unreachable() });
  expect(order.join("")).toBe("abcbcacab");
  expect(Object.fromEntries(numbers)).toEqual({ a: [1, 2, 3], b: [1, 2, 3], c: [1, 2, 3] });
  if (process.platform === "linux") expect(others).toBeLessThanOrEqual(1);
});

test("who has no such row is left out silently, who fails is named and left out", async () => {
  const skipped: string[] = [];
  const players = [
    player("absent", [], { state: "absent" }),
    player("broken", [], { state: { failed: "no memory" } }),
    player("gone", [], { failsAt: 2 }),
    player("fine", []),
  ];
  const onSkip = (name: string, why: string): void => void skipped.push(`${name}: ${why}`);
  const { numbers } = await takeTurns(players, { row: "step", turns: 3, onSkip });
  expect(skipped).toEqual(["broken: no memory", "gone: gone"]);
  expect(Object.fromEntries(numbers)).toEqual({ fine: [1, 2, 3] });
});
