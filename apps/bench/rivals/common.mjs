// What the rivals in Node share; `common.py` is the same for Python. Packages come from the folder that NEURITE_NODE_RIVALS names.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { variant: { type: "string", default: "" }, threads: { type: "string", default: "2" }, data: { type: "string", default: "." } },
});
export const variant = values.variant;
export const threads = Number(values.threads);
const perSecond = { us: 1e6, ms: 1e3, s: 1 };

/** A package of the rivals'. */
export const load = createRequire(join(process.env.NEURITE_NODE_RIVALS ?? process.cwd(), "rivals.cjs"));

/** A turn that calls `body`, which does `calls` of what is measured; it gives the mean time of one. */
export async function timed(unit, calls, body) {
  await body();
  return async () => {
    const start = performance.now();
    await body();
    return (((performance.now() - start) / 1e3) * perSecond[unit]) / calls;
  };
}

/** A turn that repeats `call` for about a fifth of a second. */
export async function repeated(unit, call) {
  let calls = 1;
  for (;;) {
    const some = async () => {
      for (let i = 0; i < calls; i++) await call();
    };
    const start = performance.now();
    await some();
    const seconds = (performance.now() - start) / 1e3;
    if (seconds > 0.15) return timed(unit, calls, some);
    calls = Math.ceil(calls * Math.min(10, 0.25 / Math.max(seconds, 1e-9)));
  }
}

/** The first of the digits, at most 10,000. */
export function digits(samples) {
  const file = (name) => readFileSync(join(values.data, name)).buffer;
  return { x: new Float32Array(file("digits.f32")).subarray(0, samples * 784), y: new Int32Array(file("labels.i32")).subarray(0, samples) };
}

export const noise = (length) => Float32Array.from({ length }, () => Math.random() * 2 - 1);

/** Answers with the rows of the work that the command line names. */
export async function serve(works) {
  const rows = works[positionals[0]] ?? {};
  const turns = new Map();
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    let answer = { absent: true };
    try {
      if (request.do === "turn") answer = { value: await turns.get(request.row)() };
      else if (request.row in rows) {
        turns.set(request.row, await rows[request.row]());
        answer = { ready: true };
      }
    } catch (error) {
      answer = { failed: String(error) };
    }
    console.log(`\n${JSON.stringify(answer)}`);
  }
}
