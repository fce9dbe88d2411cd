/** What elementary functions of float32 must be within, in units of the last place, and how far off they are. */
import type { Instruction, LoopKernel, Plan } from "@neurite/compiler";
import { type BufferSpec, makeBody, makePlan, view } from "./plans.ts";

/** float32 numbers spread over all bit patterns: every exponent, both signs, subnormals, infinities and NaNs. */
export function spread(step: number): Float32Array {
  const bits = new Uint32Array(Math.floor(0x1_0000_0000 / step));
  for (let i = 0; i < bits.length; i++) bits[i] = i * step + ((i * 2654435761) % step);
  return new Float32Array(bits.buffer);
}

export const special: readonly number[] = [
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
export function ulps(value: number, exact: number): number {
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

function roundHalfToEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  const rounded = rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : Number.isFinite(x) ? floor + 1 : x;
  return rounded === 0 && (x < 0 || Object.is(x, -0)) ? -0 : rounded;
}

/** The function in double precision, and the bound. */
export const functions = {
  exp: [Math.exp, 1.1],
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
  round: [roundHalfToEven, 0],
  abs: [Math.abs, 0],
  sign: [Math.sign, 0],
} as const satisfies Partial<Record<Instruction["op"], readonly [(x: number) => number, number]>>;

export const binary = {
  pow: [Math.pow, 1],
  atan2: [Math.atan2, 1],
  rem: [(a: number, b: number) => a % b, 0],
  div: [(a: number, b: number) => a / b, 0.5],
} as const satisfies Partial<Record<Instruction["op"], readonly [(a: number, b: number) => number, number]>>;

/** A plan that applies `op` to `operands` arrays of `size` numbers. */
export function elementwise(op: keyof typeof functions | keyof typeof binary, operands: number, size: number): Plan {
  const buffers: BufferSpec[] = [
    ...Array.from({ length: operands }, () => ({ dtype: "float32", size, kind: "input" }) as const),
    { dtype: "float32", size, kind: "output" },
  ];
  const body = makeBody(
    buffers,
    Array.from({ length: operands }, (_, i) => view(i, [1])),
    [{ op, dtype: "float32", args: Array.from({ length: operands }, (_, i) => i) }],
    [[operands, view(operands, [1])]],
  );
  const loop: LoopKernel = { kind: "loop", row: false, shape: [size], ...body };
  return makePlan(buffers, [loop]);
}

/** Looks for the worst of many: `expect` for each would take minutes. */
export function worstOf(size: number, error: (i: number) => number): readonly [number, number] {
  let worst = 0;
  let at = 0;
  for (let i = 0; i < size; i++) {
    const here = error(i);
    if (here > worst) [worst, at] = [here, i];
  }
  return [worst, at];
}
