import { expect, test } from "vitest";

import { random, optionsOf, ops, SeedGenerator, ValueError, Variable, withLeading } from "./index.ts";

test("an object of options is given back as it is", () => {
  const options = { axis: 1 };
  expect(optionsOf("op", options)).toBe(options);
  const bare = Object.create(null) as object;
  expect(optionsOf("op", bare)).toBe(bare);
});

test.each([[null], [[1]], [3], ["axis"], [true], [(): number => 1]])(
  "%s in the place of options is an error that names the function",
  (wrong) => {
    expect(() => optionsOf("op", wrong as object)).toThrow(ValueError);
    expect(() => optionsOf("op", wrong as object, "op(x, { … })")).toThrow(
      /^\[op\] options must be one object, last: received .*; write op\(x, \{ … \}\)$/,
    );
  },
);

test("functions and constructors with options refuse null in their place", () => {
  const none = null as never;
  const calls: Readonly<Record<string, () => unknown>> = {
    sum: () => ops.sum(1, none),
    uniform: () => random.uniform([2], none),
    scan: () => ops.scan((carry) => [carry, carry], 0, null, none),
    SeedGenerator: () => new SeedGenerator(1, none),
    Variable: () => new Variable(1, none),
  };
  for (const [name, call] of Object.entries(calls))
    expect(call).toThrow(new RegExp(`^\\[${name}\\] options must be one object.*received null`));
});

test.each([
  [[], {}],
  [[{ b: 2 }], { b: 2 }],
  [[1], { a: 1 }],
  [[1, 2], { a: 1, b: 2 }],
  [[[1, 2], { c: 3 }], { a: [1, 2], c: 3 }],
  [[{ b: 2 }, { c: 3 }], { b: 2, c: 3 }],
  // What is no object is given back, for the check of options to refuse.
  [[null], null],
  [["x"], "x"],
  [[1, 2, 3], 3],
  [[{ b: 2 }, 1], 1],
])("values in front and options %j are %j", (args, options) => {
  expect(withLeading(["a", "b"], args)).toEqual(options);
});
