import { expect, test } from "vitest";
import { describe } from "vitest";
import { describeBackend } from "@neurite/testkit";
import type { Backend } from "@neurite/core";
import { webgpu } from "./index.ts";

let backend: Backend | null = null;
let why = "";
try {
  backend = await webgpu();
  console.info(`testing ${backend.description}`);
} catch (error) {
  why = (error as Error).message;
}

test("there is an adapter where one is required", () => {
  if (process.env["NEURITE_REQUIRE_WEBGPU"] === "1") expect(why).toBe("");
});

const described = backend;
if (described === null) test.skip(`the conformance suite: ${why}`, () => {});
else {
  await describeBackend("webgpu", () => webgpu(), {
    describe,
    test,
    dtypes: ["float32", "int32", "uint32", "bool"],
    sizes: [1, 3, 5, 65],
    programs: 10,
    flushesDenormals: true,
    values: ["nan", "infinite", "negativeZero", "huge"],
  });
}
