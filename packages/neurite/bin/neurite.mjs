#!/usr/bin/env node
import module from "node:module";

// Node keeps the compiled code from one call to the next, where it can: 22.1 and later.
module.enableCompileCache?.();
const { main } = await import("../dist/cli/main.js");
process.exitCode = await main(process.argv.slice(2));
