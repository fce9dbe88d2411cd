// Judges packed packages with publint (manifest and files) and arethetypeswrong (does every entry point resolve with types).

import { readFileSync } from "node:fs";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { packAll } from "./pack.mjs";

/** How packages are resolved by those who may use them: they are ESM only, and older Node resolution knows no exports map. */
const resolutions = new Set(["node16-esm", "bundler"]);

/** One count for each package. */
export async function checkPackedPackages() {
  const outcome = { passed: 0, failed: 0, output: "" };
  for (const { name, tarball } of await packAll()) {
    const data = readFileSync(tarball);
    const problems = [...(await findManifestProblems(data)), ...(await findTypeProblems(data))];
    if (problems.length === 0) {
      outcome.passed++;
    } else {
      outcome.failed++;
      outcome.output += `${name}:\n${problems.map((problem) => `  ${problem}\n`).join("")}`;
    }
  }
  return outcome;
}

async function findManifestProblems(data) {
  const tarball = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
  const { messages, pkg } = await publint({ pack: { tarball }, level: "warning", strict: true });
  return messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false })}`);
}

async function findTypeProblems(data) {
  const analysis = await checkPackage(createPackageFromTarballData(data));
  if (!analysis.types) return ["arethetypeswrong: the package has no types"];
  return analysis.problems
    .filter((problem) => !("resolutionKind" in problem) || resolutions.has(problem.resolutionKind))
    .map((problem) => `arethetypeswrong: ${problem.kind} ${JSON.stringify(problem)}`);
}
