// Prints as JSON how many files, and KiB of them, Node loads for the import of some modules: node loaded-files.mjs neurite @neurite/core …

import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";

const parent = pathToFileURL(`${process.cwd()}/`).href;
let files = 0;
let bytes = 0;
registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier, context.parentURL === import.meta.url ? { ...context, parentURL: parent } : context),
  load(url, context, next) {
    if (url.startsWith("file:")) {
      files++;
      bytes += readFileSync(new URL(url)).length;
    }
    return next(url, context);
  },
});
await Promise.all(process.argv.slice(2).map((name) => import(name)));
console.log(JSON.stringify({ files, KiB: Math.ceil(bytes / 1024) }));
