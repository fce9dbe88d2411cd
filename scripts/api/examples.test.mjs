import { pathToFileURL } from "node:url";
import { reference } from "@neurite/backend-reference";
import { setDefaultDevice } from "@neurite/core";
import { beforeAll, expect, test } from "vitest";
import { agrees, allExamples, compileExample, parseValue, runExample } from "./examples.mjs";
import { entryPoints } from "./public-api.mjs";

beforeAll(() => setDefaultDevice(reference()));

test("values of comments are numbers, lists and several lists; prose is none", () => {
  expect(parseValue("[[1, 2], [3, NaN]]")).toEqual([[1, 2], [3, "NaN"]]); // prettier-ignore
  expect(parseValue("[0], [1, 2]")).toEqual([[0], [1, 2]]);
  expect(parseValue("-Infinity")).toBe(-Infinity);
  expect(parseValue("the mean")).toBeUndefined();
});

test("results that differ from their comments are found", async () => {
  expect(await runExample("f(2) // 4\nf(3); // 5", { f: (x) => 2 * x })).toEqual(["6 is not 5"]);
  expect(await runExample("const y: number = f(2);\ny // 4", { f: (x) => 2 * x })).toEqual([]);
  expect(agrees([1, 2], [1])).toBe(false);
  expect(agrees(Number.NaN, 0)).toBe(false);
});

test("errors of comments are thrown, with the message that is told", async () => {
  const fail = () => {
    throw new RangeError("[f] too large: 3");
  };
  expect(await runExample("f(3) // throws RangeError: [f] too large", { f: fail })).toEqual([]);
  expect(await runExample("f(3) // throws TypeError", { f: fail })).toHaveLength(1);
  expect(await runExample("f(3) // throws RangeError", { f: (x) => x })).toHaveLength(1);
});

test("examples without values, or about things that they do not make, are not run", async () => {
  expect(compileExample("f(2)")).toBeNull();
  expect(await runExample("model(2) // 4", {})).toBeNull();
});

test("the documentation's examples give what they say", async () => {
  const entries = entryPoints();
  const exportsOf = async (name) => {
    const own = entries.filter((entry) => entry.package === name);
    return Object.assign({}, ...(await Promise.all(own.map(({ file }) => import(pathToFileURL(file).href)))));
  };
  const core = await exportsOf("@neurite/core");
  const layers = await exportsOf("@neurite/layers");
  const wrong = [];
  let ran = 0;
  for (const { key, package: name, text } of allExamples()) {
    // Examples of devices that are not everywhere, and of files and networks, are no subject of this test.
    if (!/\/(callbacks|compiler|core|layers|losses|metrics|models|optimizers|schedules|tensorboard)$/.test(name)) continue;
    const scope = { ...core, ...layers, layers, ...(await exportsOf(name)) };
    const differences = await runExample(text, scope).catch((error) => [String(error)]);
    if (differences === null) continue;
    ran++;
    wrong.push(...differences.map((difference) => `${key}: ${difference}`));
  }
  expect(wrong).toEqual([]);
  // Fewer would mean that examples are no longer found.
  expect(ran).toBeGreaterThan(870);
}, 120_000);
