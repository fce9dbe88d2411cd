import { expect, test } from "vitest";
import { type Access, dependenciesOf } from "./dependencies.ts";

const reads = (start: number, end: number, memory = "arena"): Access => ({ memory, start, end, writes: false });
const writes = (start: number, end: number, memory = "arena"): Access => ({ memory, start, end, writes: true });

test("who reads waits for the last to write, who writes for those that read since", () => {
  expect(dependenciesOf([[writes(0, 8)], [reads(0, 8)], [reads(0, 8)], [writes(0, 8)], [reads(0, 8)]])).toEqual([
    [],
    [0],
    [0],
    [1, 2],
    [3],
  ]);
});

test("launches on other memory, or on other parts of one, do not wait", () => {
  expect(dependenciesOf([[writes(0, 8)], [writes(8, 16)], [reads(0, 8, "input 0"), writes(16, 24)]])).toEqual([[], [], []]);
});

test("parts are told apart: who touches several waits for all that are not waited for by others of them", () => {
  expect(dependenciesOf([[writes(0, 4)], [writes(4, 8)], [reads(2, 6)], [writes(0, 16)], [reads(12, 14)]])).toEqual([
    [],
    [],
    [0, 1],
    [2],
    [3],
  ]);
  // The second writes over half of the first: who reads all waits for it alone, as it waited for the first.
  expect(dependenciesOf([[writes(0, 8)], [reads(0, 2), writes(4, 8)], [reads(0, 8)]])).toEqual([[], [0], [1]]);
});

test("what has no bytes is no reason to wait", () => {
  expect(dependenciesOf([[writes(0, 8)], [writes(4, 4)], [reads(0, 8)]])).toEqual([[], [], [0]]);
});

test("a thousand launches take their time in proportion", () => {
  const launches = Array.from({ length: 1000 }, (_, i) => [reads(0, 8, "state 0"), writes(8 * i, 8 * i + 8)]);
  expect(dependenciesOf([...launches, [writes(0, 8, "state 0")]]).at(-1)).toHaveLength(1000);
});

test("a launch that reads what it writes does not wait for itself", () => {
  expect(
    dependenciesOf([
      [reads(0, 8), writes(0, 8)],
      [reads(0, 8), writes(0, 8)],
    ]),
  ).toEqual([[], [0]]);
});

test("any order that the dependencies allow gives what the order of the launches gives", () => {
  let seed = 1;
  const random = (below: number): number => (seed = (seed * 48271) % 2147483647) % below;
  for (let round = 0; round < 50; round++) {
    const launches = Array.from({ length: 12 }, () =>
      Array.from({ length: 1 + random(3) }, (): Access => {
        const start = random(12);
        return { memory: "arena", start, end: start + 1 + random(5), writes: random(2) === 0 };
      }),
    );
    const dependencies = dependenciesOf(launches);
    const before = (a: number, b: number): boolean =>
      (dependencies[b] as number[]).some((each) => each === a || (each > a && before(a, each)));
    launches.forEach((own, b) =>
      launches.slice(0, b).forEach((other, a) => {
        const conflict = own.some((x) => other.some((y) => x.start < y.end && y.start < x.end && (x.writes || y.writes)));
        expect(before(a, b) || !conflict).toBe(true);
      }),
    );
  }
});
