import { describeBackend, runBackendSuite } from "@neurite/testkit";
import { describe, expect, test } from "vitest";
import { openCuda, whyUnavailable } from "./index.ts";
import { openFake } from "./testing/fake-cuda.ts";

// The rendered kernels, run on the host: a few sizes, as each program is compiled by the host's C++ compiler.
describeBackend("cuda over the fake driver", () => openFake(), {
  describe,
  test,
  parts: ["gradients", "programs", "contract", "engine"],
  sizes: [1, 5],
  programs: 12,
});

/** Complex functions are of several steps in float32. */
const accuracy = { "pow/complex64": { ulps: 64 }, "div/complex64": { ulps: 3 }, "tanh/complex64": { ulps: 6 } } as const;

// What one thread does alone and what a block does together; complex numbers.
describeBackend("cuda over the fake driver, linear algebra and complex numbers", () => openFake(), {
  describe,
  test,
  dtypes: ["float32", "float64", "complex64"],
  only: [
    ...["cholesky", "triangular_solve", "lu", "qr", "svd", "eigh", "fft"].map((op) => `primitives/${op}`),
    ...["mul", "div", "log", "sqrt", "tanh", "pow", "select", "reduce", "scatter", "cumulative"].map((op) => `primitives/${op}/complex64`),
  ],
  sizes: [1, 5],
  accuracy,
});

// Tiles in shared memory, whole and in part, and products without them; the ends of 64-bit integers.
describeBackend("cuda over the fake driver, products of its own", () => openFake({ cublasLt: false }), {
  describe,
  test,
  only: ["primitives/dot/float32", "primitives/dot/int32", "primitives/conv/float32", "primitives/reduce_window/int64"],
  sizes: [1, 5, 65],
});

test("this machine's GPU passes the whole suite", { timeout: 1_200_000 }, async ({ skip }) => {
  const why = whyUnavailable();
  if (why !== null) skip(`there is no GPU: ${why}`);
  const { failed } = await runBackendSuite(() => openCuda(), { accuracy });
  expect(failed).toEqual([]);
});
