import { expect, test } from "vitest";
import { countTests } from "./lib/checks.mjs";

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
