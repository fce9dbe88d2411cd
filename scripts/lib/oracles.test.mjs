import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findOracles, fixturesWithoutOracle, missingFixtures, pathsWritten } from "./oracles.mjs";

let root;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), "oracles-"))));
afterEach(() => rmSync(root, { recursive: true }));

function put(path, text = "{}") {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

test("an oracle's first sentence says what it writes", () => {
  expect(pathsWritten('"""Writes src/testing/a.json and\nsrc/testing/b.ts: numbers of src/other.ts."""')).toEqual(["src/testing/a.json", "src/testing/b.ts"]); // prettier-ignore
  expect(pathsWritten('"""Prints what it finds: src/testing/a.json"""')).toEqual([]);
});

test("fixtures without an oracle and oracles without a fixture are found", () => {
  put("packages/some/package.json", '{ "name": "some" }');
  put("packages/some/oracles/one.py", '"""Writes src/testing/one.json: numbers."""');
  put("packages/some/oracles/folder.py", '"""Writes src/testing/fixtures: files."""');
  put("packages/some/oracles/gone.py", '"""Writes src/testing/gone.json: numbers."""');
  put("packages/some/src/testing/one.json");
  put("packages/some/src/testing/fixtures/deep/model.h5");
  put("packages/some/src/testing/keras-values.ts");
  put("packages/some/src/testing/helpers.ts");
  put("packages/some/src/settings.json");
  const oracles = findOracles(root);
  expect(oracles.map(({ script }) => script).sort()).toEqual(["folder", "gone", "one"].map((name) => `packages/some/oracles/${name}.py`));
  expect(fixturesWithoutOracle(root, oracles)).toEqual(["packages/some/src/testing/keras-values.ts"]);
  expect(missingFixtures(root, oracles)).toEqual([
    { script: "packages/some/oracles/gone.py", path: "packages/some/src/testing/gone.json" },
  ]);
});
