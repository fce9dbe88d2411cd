import { build as b, traceGraph } from "@neurite/core";
import { compileGraph, printPlan, interpretPlan } from "@neurite/compiler";
const f = (shape:number[]) => ({dtype:"float32" as const, shape});
const { graph } = traceGraph([f([4,3]), f([3,5]), f([5])], ([x,w,bias]) => {
  const z = b.add(b.dot(x!,w!), bias!);
  const e = b.exp(b.sub(z, b.reduceKeep("max", z, [1])));
  const p = b.div(e, b.reduceKeep("sum", e, [1]));
  return [p, b.concat([b.transpose(p,[1,0]), b.pad(b.transpose(z,[1,0]),[0,0],[0,0])], 0), b.pad(z,[1,-1],[0,2],[1,0], 7)];
});
const plan = compileGraph(graph);
console.log(printPlan(plan));
console.log(interpretPlan(plan,[[1,2,3,4,5,6,7,8,9,10,11,12],Array.from({length:15},(_,i)=>i/10),[1,2,3,4,5]]));
