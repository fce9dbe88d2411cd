/**
 * Builds the native engine into `build`, or into the folder of this package that is given; see @neurite/native-build for the environment
 * variables that it knows.
 */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { buildAddon } from "@neurite/native-build";

const x64Sets = {
  isa_baseline: [],
  isa_avx2: ["-mavx2", "-mfma", "-mbmi2", "-mf16c"],
  isa_avx512: ["-mavx512f", "-mavx512vl", "-mavx512dq", "-mavx512bw", "-mfma", "-mbmi2", "-mf16c", "-mprefer-vector-width=512"],
};

await buildAddon({
  name: "@neurite/backend-cpu",
  title: "native engine",
  root: dirname(dirname(fileURLToPath(import.meta.url))),
  folder: process.argv[2] ?? "build",
  unitFlags: process.arch === "x64" ? x64Sets : { isa_baseline: [] },
  // `neurite_cpu.node` asks Node for finalizers that run inside garbage collection, which bounds memory in loops that never await;
  // `neurite_cpu_deferred.node` takes ordinary finalizers, for a Node that refuses the first.
  variants: [
    { output: "neurite_cpu.node", without: "addon_module_deferred" },
    { output: "neurite_cpu_deferred.node", without: "addon_module_immediate" },
  ],
});
