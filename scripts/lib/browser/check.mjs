import { fileURLToPath } from "node:url";
import { bundleForBrowsers } from "./bundle.mjs";
import { findChromium, runInChromium, runInNode } from "./run.mjs";

const program = fileURLToPath(new URL("program.mjs", import.meta.url));

/**
 * Holds what WebGPU computes in a page to the reference backend: in Chromium, or where there is none in Node with Dawn's `navigator.gpu`. The packages
 * must be built.
 */
export async function checkBrowser() {
  const chunks = await bundleForBrowsers(program);
  const chromium = findChromium();
  const { error, description, found, expected } = await (chromium === null ? runInNode(chunks) : runInChromium(chromium, chunks));
  const place = chromium === null ? "Node, as there is no Chromium" : "Chromium";
  if (error !== undefined) {
    const isMissing = /no adapter was found|has no WebGPU/.test(error) && process.env.NEURITE_REQUIRE_WEBGPU !== "1";
    if (isMissing) return { passed: 0, failed: 0, skipped: 1, output: `no WebGPU in ${place}` };
    throw new Error(`the program failed in ${place}: ${error}`);
  }
  const wrong = expected.findIndex((value, i) => !(Math.abs(found[i] - value) <= 1e-4 * Math.max(1, Math.abs(value))));
  if (wrong >= 0 || found.length !== expected.length) {
    throw new Error(
      `number ${wrong} of ${expected.length} is ${found[wrong]} instead of ${expected[wrong]}, in ${place} on ${description}`,
    );
  }
  console.log(`     bundled for browsers and run in ${place}: ${expected.length} numbers agree on ${description}`);
}
