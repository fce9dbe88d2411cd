import { describe, expect, test } from "vitest";
import { binary, elementwise, functions, special, spread, ulps, worstOf } from "./testing/accuracy.ts";
import { eachBackend, runPlan } from "./testing/plans.ts";

describe.each(
  eachBackend()
    .filter(({ threads }) => threads === 1)
    .map((backend) => [backend.description, backend] as const),
)("%s", (_, backend) => {
  const x = Float32Array.from([...special, ...spread(20011)]);

  test.each(Object.keys(functions) as (keyof typeof functions)[])("%s is accurate over all of float32", (op) => {
    const [exact, bound] = functions[op];
    const { outputs } = runPlan(backend, elementwise(op, 1, x.length), [x]);
    const y = outputs[0] as Float32Array;
    const [worst, at] = worstOf(x.length, (i) => ulps(y[i], exact(x[i])));
    expect(worst, `${op}(${x[at]}) = ${exact(x[at])}: got ${y[at]}`).toBeLessThanOrEqual(bound);
  });

  test.each(Object.keys(binary) as (keyof typeof binary)[])("%s is accurate over all of float32", (op) => {
    const [exact, bound] = binary[op];
    const all = spread(40009);
    const pairs: [number, number][] = special.flatMap((a) => special.map((b): [number, number] => [a, b]));
    all.forEach((a, i) => pairs.push([a, all[(i * 7919) % all.length]]));
    // Powers that neither overflow nor vanish.
    for (let i = 0; i < 40_000; i++) pairs.push([Math.fround(Math.exp((i % 200) / 10 - 10)), Math.fround(((i * 31) % 1999) / 100 - 10)]);
    for (let i = 0; i < 1000; i++) pairs.push([Math.fround((i % 41) - 20.5), (i % 23) - 11]);
    const a = Float32Array.from(pairs, (pair) => pair[0]);
    const b = Float32Array.from(pairs, (pair) => pair[1]);
    const { outputs } = runPlan(backend, elementwise(op, 2, a.length), [a, b]);
    const y = outputs[0] as Float32Array;
    // IEEE's pow(±1, ±Infinity) and pow(1, NaN) are 1, as in C and NumPy; JavaScript says NaN.
    const expected = (i: number) => (op === "pow" && (a[i] === 1 || (a[i] === -1 && Math.abs(b[i]) === Infinity)) ? 1 : exact(a[i], b[i]));
    const [worst, at] = worstOf(a.length, (i) => ulps(y[i], expected(i)));
    expect(worst, `${op}(${a[at]}, ${b[at]}) = ${expected(at)}: got ${y[at]}`).toBeLessThanOrEqual(bound);
  });
});
