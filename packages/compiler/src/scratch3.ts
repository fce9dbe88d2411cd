import { mlpStep, adam, sgd } from "./testing/models.ts";
import { compileGraph, printPlan } from "./index.ts";
if (process.argv[2] === "p") console.log(printPlan(compileGraph(mlpStep([784, 300, 100, 10], 32, process.argv[3]==="adam"?adam:sgd, process.argv[3]==="adam"?2:0))));
else {
const g = mlpStep([...Array(201).fill(64)], 32, adam, 2);
console.log(g.nodes.length);
for (let i = 0; i < 6; i++) { const t = performance.now(); const c = process.cpuUsage(); const p = compileGraph(g); const d = process.cpuUsage(c); console.log("cpu", (d.user+d.system)/1000, (performance.now() - t).toFixed(0), "ms", p.kernels.length, p.arenaBytes); }
}
