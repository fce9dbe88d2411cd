/**
 * A program, for processes of its own: how often each block of neurite's code runs while models of some depths are built, traced, compiled
 * and trained for one step. Prints a JSON object for each depth, of counts by "file:offset function".
 */
import { Session } from "node:inspector/promises";

const depths = process.argv.slice(2).map(Number);
const session = new Session();
session.connect();
await session.post("Profiler.enable");
// Before any of it is loaded: blocks of functions that ran already are not counted.
await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
const { Input, layers, Sequential } = await import("../index.ts");

async function step(depth: number): Promise<void> {
  const hidden = Array.from({ length: depth }, () => new layers.Dense(8, { activation: "relu" }));
  const model = new Sequential([Input({ shape: [8] }), ...hidden, new layers.Dense(1)]);
  model.compile({ optimizer: "adam", loss: "mse" });
  await model.trainOnBatch(new Array<number[]>(4).fill(new Array<number>(8).fill(1)), new Array<number[]>(4).fill([1]));
}

async function counts(): Promise<Record<string, number>> {
  const { result } = await session.post("Profiler.takePreciseCoverage");
  const found: Record<string, number> = {};
  for (const { url, functions } of result) {
    if (!url.includes("/packages/")) continue;
    const file = url.slice(url.indexOf("/packages/") + 1);
    for (const { functionName, ranges } of functions)
      for (const { startOffset, count } of ranges) found[`${file}:${startOffset} ${functionName}`] = count;
  }
  return found;
}

// What happens once, happens now.
await step(2);
for (const depth of depths) {
  await counts();
  await step(depth);
  console.log(JSON.stringify(await counts()));
}
