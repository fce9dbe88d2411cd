import { build as b, type Value } from "@neurite/core";
import { float32, programGraph } from "./graphs.ts";
import { compileGraph } from "../index.ts";
for (const n of [250, 1000, 4000]) {
const g = programGraph({ inputs: [float32(n, 10), float32(10)], build: ([x, y]) => {
  const pieces = Array.from({ length: n }, (_, i) => b.tanh(b.dot(b.slice(x!, [i, 0], [i + 1, 10]), b.reshape(y!, [10, 1]))));
  const all = b.concat(pieces, 0); const t = b.transpose(all, [1, 0]);
  let s: Value = b.slice(t, [0, 0], [1, 1]);
  for (let i = 1; i < n; i++) s = b.tanh(b.add(s, b.slice(t, [0, i], [1, i + 1])));
  return { outputs: [s] };
} });
const t = performance.now(); const p = compileGraph(g); console.log(n, g.nodes.length, (performance.now() - t).toFixed(0), "ms", p.kernels.length);
let z: any; const chain = programGraph({ inputs: [float32(10)], build: ([x]) => { z = x!; for (let i = 0; i < n * 5; i++) z = b.sub(z, b.exp(x!)); return { outputs: [z] }; } });
const t2 = performance.now(); const p2 = compileGraph(chain); console.log("chain", chain.nodes.length, (performance.now() - t2).toFixed(0), "ms", p2.kernels.length);
}
