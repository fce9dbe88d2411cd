import { describeBackend, runBackendSuite } from "@neurite/testkit";
import { describe, expect, test } from "vitest";
import { openCuda, whyUnavailable } from "./index.ts";
import { openFake } from "./testing/fake-cuda.ts";

// The rendered kernels, run on the host: a few sizes, as each program is compiled by the host's C++ compiler.
describeBackend("cuda over the fake driver", () => openFake(), {
  describe,
  test,
  parts: ["gradients", "contract", "engine"],
  sizes: [1, 5],
  programs: 3,
});

// What one thread does alone and what a block does together.
describeBackend("cuda over the fake driver, linear algebra", () => openFake(), {
  describe,
  test,
  dtypes: ["float32", "float64"],
  only: ["cholesky", "triangular_solve", "lu", "qr", "svd", "eigh"].map((op) => `primitives/${op}`),
});

test("this machine's GPU passes the whole suite", { timeout: 1_200_000 }, async ({ skip }) => {
  const why = whyUnavailable();
  if (why !== null) skip(`there is no GPU: ${why}`);
  const { failed } = await runBackendSuite(() => openCuda());
  expect(failed).toEqual([]);
});
