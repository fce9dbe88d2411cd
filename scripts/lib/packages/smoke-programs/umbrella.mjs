import * as neurite from "neurite";

if (Object.keys(neurite).length === 0) throw new Error("neurite exports nothing");
console.log(`Node ${process.versions.node}: ${Object.keys(neurite).length} exports`);
