// pnpm smoke: builds and packs the packages, installs them in an empty folder and uses them there.

import { smokeTestPackages } from "./lib/packages/smoke-test.mjs";
import { buildNative, buildPackages, main } from "./lib/setup.mjs";

await main(async () => {
  await buildNative();
  await buildPackages();
  await smokeTestPackages();
  return 0;
});
