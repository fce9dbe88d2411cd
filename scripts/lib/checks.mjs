// The checks of npm test, in the order in which they run. Each ends quietly or throws an error that holds what the tool said;
// one that counts more than itself returns { passed, failed, skipped }.

import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { projectNode, run, tool } from "./run.mjs";
import { buildNative, buildPackages } from "./setup.mjs";
import { root } from "./workspace.mjs";

// Modules that use installed libraries are imported only when their check runs: the set-up comes first.
export const checks = {
  /** Formatting, by oxfmt. */
  format: () => mustPass(tool("oxfmt"), ["--check"]),
  /** Lint rules, type-aware ones too. */
  lint: () => mustPass(tool("oxlint"), ["--type-aware", "--quiet"]),
  /** Who may import whom. */
  imports: () => mustPass(projectNode(), [join(root, "scripts/check-imports.mjs")]),
  build: async () => {
    await buildNative();
    await buildPackages();
  },
  /** Types of sources and tests together, so that a wrong `expectTypeOf` fails. */
  types: () => mustPass(tool("tsc"), ["-p", "tsconfig.test.json"]),
  unit: runUnitTests,
  /** Whether docs/keras-coverage.md says what there is. */
  coverage: () => mustPass(projectNode(), ["--conditions=source", join(root, "scripts/keras-coverage.mjs"), "--check"]),
  /** Whether what is exported is documented. */
  docs: () => mustPass(projectNode(), [join(root, "scripts/check-docs.mjs")]),
  /** Whether each fixture has a program that writes it. */
  oracles: () => mustPass(projectNode(), [join(root, "scripts/oracles.mjs"), "--check"]),
  /** Whether docs/architecture.md says what additions take. */
  places: () => mustPass(projectNode(), [join(root, "scripts/count-places.mjs"), "--check"]),
  /** Results of Keras, where NEURITE_CONFORMANCE names the folder that holds them. */
  conformance: compareWithKeras,
  /** What would be published, judged by publint and arethetypeswrong. */
  packages: async () => (await import("./packages/check-packed.mjs")).checkPackedPackages(),
  /** Sizes of packages, imports and browser programs, held to scripts/budgets.json. */
  budgets: () => mustPass(projectNode(), [join(root, "scripts/check-budgets.mjs")]),
  /** A program bundled for browsers, in a browser where there is one. */
  browser: async () => (await import("./browser/check.mjs")).checkBrowser(),
  /** Packed packages installed and used in an empty folder. */
  smoke: async () => (await import("./packages/smoke-test.mjs")).smokeTestPackages(),
};

async function mustPass(command, args) {
  const { code, output } = await run(command, args);
  if (code !== 0) throw new Error(output.trim());
}

async function runUnitTests() {
  const folder = join(root, "output");
  const report = join(folder, "vitest.json");
  mkdirSync(folder, { recursive: true });
  rmSync(report, { force: true });
  const { code } = await run(tool("vitest"), ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`], {
    show: true,
  });
  return countTests(JSON.parse(readFileSync(report, "utf8")), code);
}

async function compareWithKeras() {
  const folder = process.env.NEURITE_CONFORMANCE;
  if (!folder) return { passed: 0, failed: 0, skipped: 1, output: "NEURITE_CONFORMANCE names no folder with results of Keras" };
  const program = join(root, "apps/conformance/dist/main.js");
  const { code, output } = await run(projectNode(), [program, resolve(folder), ...["A", "B", "C", "D"].flatMap((set) => ["--set", set])]);
  return countConformance(output, code);
}

/** Reads the last line of the conformance command, "N passed, N failed, N skipped", and keeps its lines about failures. */
export function countConformance(output, code) {
  const lines = output.trim().split("\n");
  const counts = /^(\d+) passed, (\d+) failed, (\d+) skipped$/.exec(lines.at(-1));
  if (counts === null) throw new Error(output.trim());
  const [passed, failed, skipped] = counts.slice(1).map(Number);
  const failures = lines.filter((line) => !line.startsWith("skipped ")).join("\n");
  return { passed, failed: failed === 0 && code !== 0 ? 1 : failed, skipped, output: failures };
}

/** Counts the tests of a vitest JSON report; a file that could not be loaded is one failure, and so is an exit code that no failed test explains. */
export function countTests(report, code) {
  const brokenFiles = report.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0).length;
  const failed = report.numFailedTests + brokenFiles;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}
