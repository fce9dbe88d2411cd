import { expect, test } from "vitest";
import { typeErrorsOf } from "./example-types.mjs";
import { allExamples } from "./examples.mjs";
import { entryPoints, readPublicApi } from "./public-api.mjs";

/** What examples leave to their readers: data and models, what a trainer or a backend has at hand. */
const open = {
  ...Object.fromEntries(
    `a backend block bytes code device encoder executable failedRun failures feedForward function graph hidden images initializer inputs kernel
    key layer loss native output params plan program query queue reached registry render renamed repeat report samples scalars shape site sparse
    state stepsPerEpoch storage tokens v value videos writer xTrain xValid yValid MyStorage TransformerBlock`
      .split(/\s+/)
      .map((name) => [name, "any"]),
  ),
  dense: 'import("./packages/layers/src/index.ts").Dense',
  lines: "string[]",
  model: 'import("./packages/models/src/index.ts").Model',
  myPlugin: 'import("./packages/core/src/index.ts").Plugin',
  readFile: 'typeof import("node:fs/promises").readFile',
  test: 'typeof import("vitest").test',
  twoHeaded: 'import("./packages/models/src/index.ts").Model',
  x: 'import("./packages/core/src/index.ts").Tensor',
  y: 'import("./packages/core/src/index.ts").Tensor',
  writeFile: 'typeof import("node:fs/promises").writeFile',
};

test("what an example gets wrong is found, but for what is there to throw", () => {
  const example = (text) => ({ key: "here", package: "@neurite/core", text });
  expect(typeErrorsOf([example("const n: number = x;\nn.toFixed(2);")], new Map(), { x: "any" })).toEqual([]);
  expect(typeErrorsOf([example("mistyped(1);")], new Map(), {})).toEqual(["here: Cannot find name 'mistyped'."]);
  expect(typeErrorsOf([example('Math.abs("a"); // throws TypeError')], new Map(), {})).toEqual([]);
});

test("the documentation's examples compile", () => {
  const entries = entryPoints();
  const api = readPublicApi(entries.map(({ file }) => file));
  const exported = new Map();
  for (const entry of entries) for (const { name } of api.get(entry.file)) exported.set(name, [...(exported.get(name) ?? []), entry]);
  const examples = allExamples();
  expect(typeErrorsOf(examples, exported, open)).toEqual([]);
  // Fewer would mean that examples are no longer found.
  expect(examples.length).toBeGreaterThan(1000);
}, 120_000);
