import type { Instruction, LoopKernel } from "@neurite/compiler";
import { describe, expect, test } from "vitest";
import { type BufferSpec, eachBackend, makeBody, makePlan, runPlan, view } from "./testing/plans.ts";

/** float32 numbers spread over all bit patterns: every exponent, both signs, subnormals, infinities and NaNs. */
function spread(step: number): Float32Array {
  const bits = new Uint32Array(Math.floor(0x1_0000_0000 / step));
  for (let i = 0; i < bits.length; i++) bits[i] = i * step + ((i * 2654435761) % step);
  return new Float32Array(bits.buffer);
}

const special: readonly number[] = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  2,
  -2,
  Infinity,
  -Infinity,
  Number.NaN,
  1e-45,
  -1e-45,
  1.17549435e-38,
  3.4028235e38,
];

/** Places of difference: |value - exact| in units of the last place of a float32 near `exact`. */
function ulps(value: number, exact: number): number {
  const rounded = Math.fround(exact);
  if (Object.is(value, rounded) || (Number.isNaN(value) && Number.isNaN(rounded))) return 0;
  if (value === 0 && rounded === 0) return Infinity; // The wrong zero.
  if (!Number.isFinite(rounded) || !Number.isFinite(value)) {
    // Next to the largest number either may be infinite.
    const large = 3.4028234663852886e38;
    return Math.abs(exact) > large * 0.9999998 && Math.abs(value) >= large * 0.9999998 ? 1 : Infinity;
  }
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(exact) || 1e-300)), -126);
  return Math.abs(value - exact) / 2 ** (exponent - 23);
}

/** erf to double precision: a power series near 0, a continued fraction far out. */
function erf(x: number): number {
  const t = Math.abs(x);
  if (Number.isNaN(x)) return x;
  if (t > 6) return Math.sign(x);
  if (t < 2.5) {
    let term = x;
    let sum = x;
    for (let n = 1; n < 100 && Math.abs(term) > 1e-20 * Math.abs(sum); n++) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = 0;
  for (let k = 80; k >= 1; k--) fraction = k / 2 / (t + fraction);
  return Math.sign(x) * (1 - Math.exp(-t * t) / Math.sqrt(Math.PI) / (t + fraction));
}

const functions = {
  exp: [Math.exp, 1],
  expm1: [Math.expm1, 2],
  log: [Math.log, 1.5],
  log1p: [Math.log1p, 1],
  sin: [Math.sin, 1],
  cos: [Math.cos, 1],
  tanh: [Math.tanh, 2],
  erf: [erf, 2],
  sqrt: [Math.sqrt, 0.5],
  rsqrt: [(x: number) => 1 / Math.sqrt(x), 1.5],
  floor: [Math.floor, 0],
  ceil: [Math.ceil, 0],
  abs: [Math.abs, 0],
  sign: [Math.sign, 0],
} as const satisfies Partial<Record<Instruction["op"], readonly [(x: number) => number, number]>>;

const binary = {
  pow: [Math.pow, 1],
  atan2: [Math.atan2, 1],
  rem: [(a: number, b: number) => a % b, 0],
  div: [(a: number, b: number) => a / b, 0.5],
} as const satisfies Partial<Record<Instruction["op"], readonly [(a: number, b: number) => number, number]>>;

function elementwise(op: keyof typeof functions | keyof typeof binary, operands: readonly Float32Array[]) {
  const size = operands[0].length;
  const buffers: BufferSpec[] = [
    ...operands.map(() => ({ dtype: "float32", size, kind: "input" }) as const),
    { dtype: "float32", size, kind: "output" },
  ];
  const body = makeBody(
    buffers,
    operands.map((_, i) => view(i, [1])),
    [{ op, dtype: "float32", args: operands.map((_, i) => i) }],
    [[operands.length, view(operands.length, [1])]],
  );
  const loop: LoopKernel = { kind: "loop", row: false, shape: [size], ...body };
  return makePlan(buffers, [loop]);
}

/** Looks for the worst of many: `expect` for each would take minutes. */
function worstOf(size: number, error: (i: number) => number): readonly [number, number] {
  let worst = 0;
  let at = 0;
  for (let i = 0; i < size; i++) {
    const here = error(i);
    if (here > worst) [worst, at] = [here, i];
  }
  return [worst, at];
}

describe.each(
  eachBackend()
    .filter(({ threads }) => threads === 1)
    .map((backend) => [backend.description, backend] as const),
)("%s", (_, backend) => {
  const x = Float32Array.from([...special, ...spread(20011)]);

  test.each(Object.keys(functions) as (keyof typeof functions)[])("%s is accurate over all of float32", (op) => {
    const [exact, bound] = functions[op];
    const { outputs } = runPlan(backend, elementwise(op, [x]), [x]);
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
    const { outputs } = runPlan(backend, elementwise(op, [a, b]), [a, b]);
    const y = outputs[0] as Float32Array;
    // IEEE's pow(±1, ±Infinity) and pow(1, NaN) are 1, as in C and NumPy; JavaScript says NaN.
    const expected = (i: number) => (op === "pow" && (a[i] === 1 || (a[i] === -1 && Math.abs(b[i]) === Infinity)) ? 1 : exact(a[i], b[i]));
    const [worst, at] = worstOf(a.length, (i) => ulps(y[i], expected(i)));
    expect(worst, `${op}(${a[at]}, ${b[at]}) = ${expected(at)}: got ${y[at]}`).toBeLessThanOrEqual(bound);
  });
});
