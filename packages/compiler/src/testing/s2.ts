import { difference, runCompiled, runReference } from "./execute.ts";
import { randomData, randomNumbers } from "./graphs.ts";
import { randomProgram } from "./random-graph.ts";
let bad = 0;
for (let seed = Number(process.argv[2]); seed < Number(process.argv[3]); seed++) for (const passes of [{}, {simplify:false}]) {
  const { graph, inputs, states } = randomProgram(seed, 4 + seed % 22 + (seed % 7 === 0 ? 40 : 0));
  const random = randomNumbers(seed + 1000);
  const data = { inputs: inputs.map((i) => randomData(i, random)), states: states.map((i) => randomData(i, random)), scalars: [0.5] };
  let d; try { d = difference(runCompiled(graph, data, {passes}), runReference(graph, data)); } catch (e) { d = (e as Error).message; }
  if (!(typeof d === "number" && d < 2e-6)) { console.log(seed, JSON.stringify(passes), d); if (++bad > 8) process.exit(); }
}
