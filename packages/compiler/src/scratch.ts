import { difference, runCompiled, runReference } from "./testing/execute.ts";
import { randomData, randomNumbers } from "./testing/graphs.ts";
import { randomProgram } from "./testing/random-graph.ts";
import { compileGraph, printPlan, printGraph } from "./index.ts";
const passes = { simplify: process.argv[3] === "s" };
const seed = Number(process.argv[2]);
for (let n = 1; n <= 80; n++) {
  const { graph, inputs, states } = randomProgram(seed, n);
  const random = randomNumbers(seed + 1000);
  const data = { inputs: inputs.map((i) => randomData(i, random)), states: states.map((i) => randomData(i, random)), scalars: [0.5] };
  let d; try { d = difference(runCompiled(graph, data, { passes }), runReference(graph, data)); } catch (e) { d = e; }
  if (!(typeof d === "number" && d < 2e-6)) {
    console.log(n, d); console.log(printGraph(graph)); console.log(printPlan(compileGraph(graph, { passes })));
    const a = runCompiled(graph, data, {passes}), r = runReference(graph, data);
    for (const p of ["outputs","states"] as const) a[p].forEach((l,i)=>{ const bad = l.findIndex((x,j)=>!(Math.abs(x-r[p][i]![j]!)<1e-5)&&!Object.is(x,r[p][i]![j])&&x!==r[p][i]![j]); if (bad>=0) console.log(p,i,bad,l.slice(0,12),r[p][i]!.slice(0,12)); });
    break;
  }
}
