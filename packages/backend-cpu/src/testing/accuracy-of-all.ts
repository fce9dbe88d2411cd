/**
 * Measures the elementary functions over every float32, or every `step`-th, on every instruction set, and fails beyond their bounds:
 *
 *   node --conditions=source packages/backend-cpu/src/testing/accuracy-of-all.ts [step] [function]…
 *
 * All of float32 takes about two minutes a function; the tests look at one number in twenty thousand.
 */
import { elementwise, functions, ulps, worstOf } from "./accuracy.ts";
import { bindPlan, eachBackend } from "./plans.ts";

const [stepText = "1", ...chosen] = process.argv.slice(2);
const step = Number(stepText);
const names = (chosen.length === 0 ? Object.keys(functions) : chosen) as (keyof typeof functions)[];
const block = 1 << 20;

for (const name of names) {
  const [exact, bound] = functions[name];
  for (const backend of eachBackend().filter(({ threads }) => threads === 1)) {
    const { program } = bindPlan(backend, elementwise(name, 1, block));
    const input = backend.alloc(4 * block);
    let [worst, argument] = [0, 0];
    for (let start = 0; start < 2 ** 32; start += block * step) {
      const bits = Uint32Array.from({ length: block }, (_, i) => start + i * step);
      const x = new Float32Array(bits.buffer);
      backend.write(input, x);
      const [output] = backend.run(program, [input], []);
      const y = new Float32Array(backend.readSync(output, 0, output.bytes));
      const [error, at] = worstOf(block, (i) => ulps(y[i], exact(x[i])));
      if (error > worst) [worst, argument] = [error, x[at]];
      backend.free(output);
    }
    console.log(`${name} on ${backend.instructionSet}: ${worst.toFixed(3)} places at ${argument}, bound ${bound}`);
    if (!(worst <= bound)) process.exitCode = 1;
    backend.dispose();
  }
}
