/** Builds the addon; see @neurite/native-build for the environment variables that it knows. Nothing of CUDA is needed. */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { buildAddon } from "@neurite/native-build";

await buildAddon({
  name: "@neurite/backend-cuda",
  title: "native addon",
  root: dirname(dirname(fileURLToPath(import.meta.url))),
  libraries: ["-ldl"],
  // Finalizers inside garbage collection, and ordinary ones for a Node that refuses the first.
  variants: [
    { output: "neurite_cuda.node", without: "addon_module_deferred" },
    { output: "neurite_cuda_deferred.node", without: "addon_module_immediate" },
  ],
});
