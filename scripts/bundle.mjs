// Bundles the package of the folder it is called in, after `tsc -b`; `pnpm build` does so for all.

import { bundlePackages } from "./lib/bundle.mjs";
import { main } from "./lib/setup.mjs";
import { listPackages } from "./lib/workspace.mjs";

await main(async () => {
  const here = listPackages().filter(({ path }) => path === process.cwd());
  if (here.length === 0) throw new Error(`${process.cwd()} is no package of the workspace`);
  await bundlePackages(here);
  return 0;
});
