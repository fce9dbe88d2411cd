// npm test [-- check ...]: sets the checkout up and runs every check, or only those named. The last line totals all of them.

import { checks } from "./lib/checks.mjs";
import { elapsed } from "./lib/run.mjs";
import { checkNode, install, main } from "./lib/setup.mjs";

const total = { passed: 0, failed: 0, skipped: 0 };

await main(async () => {
  const names = process.argv.slice(2);
  const unknown = names.find((name) => !(name in checks));
  if (unknown !== undefined) throw new Error(`there is no check "${unknown}"; there are: ${Object.keys(checks).join(", ")}`);

  await count("set-up", async () => {
    checkNode();
    await install();
  });
  if (total.failed === 0) for (const name of names.length > 0 ? names : Object.keys(checks)) await count(name, checks[name]);

  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
  console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
  return total.failed > 0 ? 1 : 0;
});

/** Runs one check and adds it to the total: as many as it counted itself, else as one. */
async function count(name, check) {
  const start = performance.now();
  let outcome;
  try {
    outcome = (await check()) ?? { passed: 1, failed: 0 };
  } catch (error) {
    outcome = { passed: 0, failed: 1, output: error instanceof Error ? error.message : String(error) };
  }
  const { passed, failed, skipped = 0, output } = outcome;
  const isSkipped = skipped > 0 && passed + failed === 0;
  if (output && (failed > 0 || isSkipped)) console.log(output);
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
  const counts = passed + failed + skipped === 1 ? "" : `: ${passed} passed, ${failed} failed, ${skipped} skipped`;
  console.log(`${failed > 0 ? "FAIL" : isSkipped ? "skip" : " ok "} ${name}${counts} (${elapsed(start)})`);
}
