import { expect, test } from "vitest";
import { countConformance, countTests } from "./lib/checks.mjs";

const report = (counts, testResults = []) => ({
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults,
  ...counts,
});

test("passed, failed and skipped tests are counted; a todo counts as skipped", () => {
  const counts = { numPassedTests: 5, numFailedTests: 2, numPendingTests: 3, numTodoTests: 1 };
  expect(countTests(report(counts), 1)).toEqual({ passed: 5, failed: 2, skipped: 4 });
});

test("a test file that could not be loaded is a failure", () => {
  const files = [
    { status: "failed", assertionResults: [] },
    { status: "passed", assertionResults: [{}] },
  ];
  expect(countTests(report({ numPassedTests: 1 }, files), 1)).toEqual({ passed: 1, failed: 1, skipped: 0 });
});

test("an exit code that no failed test explains is a failure", () => {
  expect(countTests(report({ numPassedTests: 5 }), 1)).toEqual({ passed: 5, failed: 1, skipped: 0 });
  expect(countTests(report({ numPassedTests: 5 }), 0)).toEqual({ passed: 5, failed: 0, skipped: 0 });
});

test("the conformance command's last line is read, and its lines about what it skipped are left out", () => {
  const output = "on cpu\nskipped D svd/01: not built\nfailed D sum/01: 1 is not 2\n3 passed, 1 failed, 1 skipped\n";
  const kept = "on cpu\nfailed D sum/01: 1 is not 2\n3 passed, 1 failed, 1 skipped";
  expect(countConformance(output, 1)).toEqual({ passed: 3, failed: 1, skipped: 1, output: kept });
});

test("a conformance command that ends without its last line is an error", () => {
  expect(() => countConformance("usage: …\n", 2)).toThrow("usage: …");
});
