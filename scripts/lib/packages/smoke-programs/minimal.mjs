import * as core from "@neurite/core";
import "@neurite/backend-reference";
import "@neurite/layers";

console.log(`Node ${process.versions.node}: ${Object.keys(core).length} exports`);
