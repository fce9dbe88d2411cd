import { defineConfig } from "vitest/config";

export default defineConfig({
  // Workspace packages are tested from their sources: nothing needs to be built first.
  ssr: { resolve: { conditions: ["source", "module", "node", "development|production"] } },
  test: {
    include: ["packages/*/src/**/*.test.ts", "apps/*/{src,test}/**/*.test.ts", "scripts/**/*.test.mjs"],
    // Processes, not threads: a fault in the native addon then ends one test file and not the whole run.
    pool: "forks",
    maxWorkers: process.env["CI"] ? "100%" : 2,
    testTimeout: 20_000,
  },
});
