import { describe, expect, test } from "vitest";
import { describeBackend } from "@neurite/testkit";
import { webgpu } from "./index.ts";

const problem = await webgpu().then(
  (backend) => {
    // So that nobody takes a program for a GPU.
    console.info(`testing ${backend.description}`);
    backend.dispose();
    return null;
  },
  (error: Error) => error.message,
);

test("there is an adapter, where one is required", (context) => {
  if (process.env["NEURITE_REQUIRE_WEBGPU"] !== "1" && problem !== null) context.skip(`WebGPU is not tested: ${problem}`);
  expect(problem).toBeNull();
});

const suite = (): Promise<void> =>
  describeBackend("webgpu", () => webgpu(), {
    describe,
    test,
    dtypes: ["float32", "int32", "uint32", "bool", "complex64"],
    // Compiling is slow where a program stands in for the GPU: a few sizes, a few random graphs.
    sizes: [1, 5, 65],
    programs: 12,
    flushesDenormals: true,
    values: ["nan", "infinite", "negativeZero", "huge"],
    // One rounding of a logarithm times the exponent: WGSL has no wider type.
    // Complex functions are of several steps in float32.
    accuracy: { pow: { ulps: 64 }, "div/complex64": { ulps: 3 }, "tanh/complex64": { ulps: 6 } },
  });
await (problem === null ? suite() : undefined);
