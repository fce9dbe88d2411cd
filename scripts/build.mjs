// pnpm build: the native CPU backend, then every package.

import { buildNative, buildPackages, main } from "./lib/setup.mjs";

await main(async () => {
  await buildNative();
  await buildPackages();
  return 0;
});
