// Part of the conformance suite on the addon of another folder: node --conditions=source addon.mjs <folder>.

import Module from "node:module";
import { basename, join } from "node:path";

const folder = process.argv[2];
let loaded = 0;
Module._extensions[".node"] = (module, file) => {
  loaded++;
  process.dlopen(module, join(folder, basename(file)));
};

const { cpu } = await import("../../../packages/backend-cpu/src/index.ts");
const { runBackendSuite } = await import("../../../packages/testkit/src/index.ts");

const options = {
  parts: ["primitives", "contract", "programs"],
  sizes: [1, 3, 17, 65],
  dtypes: ["bool", "int8", "int32", "float16", "float32"],
};
let failures = 0;
for (const threads of [1, 3]) {
  for (const synchronousLimit of [10, 0]) {
    const start = performance.now();
    const { passed, failed, skipped } = await runBackendSuite(() => cpu({ threads, synchronousLimit }), options);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(
      `threads ${threads}, synchronousLimit ${synchronousLimit}: ${passed} passed, ${failed.length} failed, ${skipped.length} skipped (${seconds} s)`,
    );
    for (const { name, error } of failed.slice(0, 10)) console.log(`  ${name}: ${error.message}`);
    failures += failed.length;
  }
}
if (loaded === 0) throw new Error("the addon was not loaded from the folder given");
process.exitCode = failures > 0 ? 1 : 0;
