/** The conformance suite on this backend: all of it once, and what depends on kernels with each instruction set, one thread and several, in a worker. */
import { Worker } from "node:worker_threads";
import { describeBackend, type SuiteReport } from "@neurite/testkit";
import { describe, expect, test } from "vitest";
import { cpu } from "./index.ts";
import { loadNative } from "./native.ts";

describeBackend("cpu", () => cpu({ threads: 2, denormals: "keep" }), { describe, test });

for (const instructionSet of loadNative().native.instructionSets() as ("baseline" | "avx2" | "avx512")[]) {
  for (const [threads, denormals] of [
    [1, "keep"],
    [3, "flush"],
  ] as const) {
    describeBackend(
      `cpu, ${instructionSet}, threads: ${threads}, denormals: ${denormals}`,
      () => cpu({ instructionSet, threads, denormals }),
      {
        describe,
        test,
        parts: ["primitives", "programs"],
        dtypes: ["bool", "int32", "float32"],
        sizes: [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 65],
        flushesDenormals: denormals === "flush",
        seed: 1000,
      },
    );
  }
}

describeBackend("cpu, every run on the background thread", () => cpu({ threads: 2, synchronousLimit: 0 }), {
  describe,
  test,
  parts: ["contract", "engine", "programs"],
  flushesDenormals: true,
  seed: 2000,
});

test("cpu, in two worker threads at once", { timeout: 60_000 }, async () => {
  const program = `
    import { parentPort } from "node:worker_threads";
    import { runBackendSuite } from "${new URL("../../testkit/src/index.ts", import.meta.url).href}";
    import { cpu } from "${new URL("./index.ts", import.meta.url).href}";
    const options = { parts: ["primitives", "contract", "programs"], dtypes: ["int32", "bool", "float32"], sizes: [1, 4, 17], flushesDenormals: true };
    const { passed, failed } = await runBackendSuite(() => cpu({ threads: 2 }), options);
    parentPort.postMessage({ passed, failed: failed.map(({ name, error }) => name + ": " + error.message) });
  `;
  const runWorker = (): Promise<SuiteReport> =>
    new Promise((resolve, reject) => {
      const url = new URL(`data:text/javascript,${encodeURIComponent(program)}`);
      const worker = new Worker(url, { execArgv: ["--conditions=source"] });
      worker.once("message", resolve);
      worker.once("error", reject);
    });
  for (const { passed, failed } of await Promise.all([runWorker(), runWorker()])) {
    expect(failed).toEqual([]);
    expect(passed).toBeGreaterThan(100);
  }
});
