import { type BinaryName, type DType, DTypeError, type UnaryName, isFloating } from "@neurite/core";
import type { Kernel, Plan } from "../plan/plan.ts";
import { readsOf, writesOf } from "../plan/views.ts";
import type { Dialect, Module, Tile } from "./dialect.ts";

/** How elements lie in memory. Half types are their bits. */
const storageTypes: Partial<Record<DType, string>> = {
  bool: "bool",
  int8: "signed char",
  uint8: "unsigned char",
  int32: "int",
  uint32: "unsigned int",
  int64: "long long",
  float16: "unsigned short",
  bfloat16: "unsigned short",
  float32: "float",
  float64: "double",
  complex64: "nr_complex",
};

/** Parts of the names of functions that turn a half type to float32 and back. */
const halves: Partial<Record<DType, string>> = { float16: "half", bfloat16: "bfloat" };

const smallest: Partial<Record<DType, string>> = {
  int8: "(signed char)-128",
  uint8: "(unsigned char)0",
  int32: "(-2147483647 - 1)",
  uint32: "0u",
  int64: "(-9223372036854775807LL - 1)",
};

const largest: Partial<Record<DType, string>> = {
  int8: "(signed char)127",
  uint8: "(unsigned char)255",
  int32: "2147483647",
  uint32: "4294967295u",
  int64: "9223372036854775807LL",
};

const symbols: Partial<Record<BinaryName, string>> = {
  add: "+",
  sub: "-",
  mul: "*",
  and: "&",
  or: "|",
  xor: "^",
  eq: "==",
  lt: "<",
  le: "<=",
};

/** Functions of floats by their names in C. */
const floatFunctions: Partial<Record<UnaryName | BinaryName, string>> = {
  abs: "fabs",
  floor: "floor",
  ceil: "ceil",
  round: "rint",
  exp: "exp",
  expm1: "expm1",
  log: "log",
  log1p: "log1p",
  sin: "sin",
  cos: "cos",
  tanh: "tanh",
  sqrt: "sqrt",
  erf: "erf",
  rem: "fmod",
  pow: "pow",
  atan2: "atan2",
};

const comparisons: ReadonlySet<string> = new Set(["eq", "lt", "le"]);

/** A kernel is one function, whose parameters are the addresses of its buffers, the scalars it reads, and the status words. */
class Cuda implements Dialect {
  readonly name = "CUDA";
  readonly index: string;
  readonly workgroupSize = 256;
  readonly barrier = "__syncthreads();";
  readonly bufferBarrier = "__syncthreads();";

  constructor(index: "int" | "long long") {
    this.index = index;
  }

  /** Products with a vector, or almost, would leave most of a tile empty. */
  tile(m: number, n: number): Tile | null {
    return Math.min(m, n) >= 16 ? { rows: 64, columns: 64, depth: 16 } : null;
  }

  /** Rows are read along memory, so threads share them; sums have a team where few threads would be busy otherwise. */
  team(kind: "reduce" | "row" | "matrix", terms: number, results: number): number {
    if (kind === "matrix" && (terms < 4 || results * terms > 262144)) return 1;
    if (kind === "reduce" && (terms < 64 || results >= 65536)) return 1;
    return Math.min(this.workgroupSize, Math.max(32, 2 ** Math.ceil(Math.log2(Math.max(terms, 1)))));
  }

  accumulator(dtype: DType): DType {
    return dtype in halves ? "float32" : dtype;
  }

  /** Half types are float32, rounded after every operation. */
  type(dtype: DType): string {
    const type = storageTypes[this.accumulator(dtype)];
    if (type === undefined) throw new DTypeError(`[cuda] there are no kernels for ${dtype}`);
    return type;
  }

  literal(value: number | bigint, dtype: DType): string {
    const type = this.type(dtype);
    if (dtype === "bool") return Number(value) !== 0 ? "true" : "false";
    if (dtype === "int64") return longLiteral(value);
    const number = Number(value);
    if (dtype === "complex64") return `nr_pair(${this.literal(number, "float32")}, 0.0f)`;
    if (!isFloating(dtype)) {
      if (dtype === "uint32") return `${number}u`;
      return number === -2147483648 ? (smallest.int32 as string) : `(${number})`;
    }
    const digits = type === "float" ? Math.fround(number) : number;
    if (Number.isNaN(digits)) return `nr_nan<${type}>()`;
    if (!Number.isFinite(digits)) return `(${digits < 0 ? "-" : ""}nr_infinity<${type}>())`;
    const text = Object.is(digits, -0) ? "-0" : String(digits);
    return this.#rounded(`(${/[.e]/.test(text) ? text : `${text}.0`}${type === "float" ? "f" : ""})`, dtype);
  }

  constant(name: string, type: string, value: string): string {
    return `const ${type} ${name} = ${value};`;
  }

  variable(name: string, type: string, value: string): string {
    return `${type} ${name} = ${value};`;
  }

  loop(name: string, from: string, to: string, step = "1"): string {
    return `for (${this.index} ${name} = ${from}; ${name} < ${to}; ${name} += ${step})`;
  }

  load(use: number, dtype: DType, index: string): string {
    return this.#loaded(`b${use}[${index}]`, dtype);
  }

  store(use: number, dtype: DType, index: string, value: string): string {
    return `b${use}[${index}] = ${this.#stored(value, dtype)};`;
  }

  scalar(index: number, dtype: DType): string {
    return this.#rounded(`s${index}`, dtype);
  }

  fromIndex(index: string): string {
    return `(int)(${index})`;
  }

  toIndex(value: string): string {
    return value;
  }

  unary(op: UnaryName, dtype: DType, x: string): string {
    const type = this.type(dtype);
    const floating = isFloating(dtype);
    switch (op) {
      case "not":
        return dtype === "bool" ? `!${x}` : `(${type})~${x}`;
      case "neg":
        return floating ? `-${x}` : `(${type})(0 - ${x})`;
      case "sign":
        return `nr_sign<${type}>(${x})`;
      case "rsqrt":
        return this.#rounded(type === "float" ? `(1.0f / sqrtf(${x}))` : `(1.0 / sqrt(${x}))`, dtype);
      case "real":
        return `(${x}).x`;
      case "imag":
        return `(${x}).y`;
      default:
        if (floating) return this.#rounded(this.#call(op, type, x), dtype);
        return op === "abs" ? `(${type})(${x} < 0 ? 0 - ${x} : ${x})` : x;
    }
  }

  binary(op: BinaryName, dtype: DType, a: string, b: string): string {
    const type = this.type(dtype);
    const symbol = symbols[op];
    if (comparisons.has(op)) return `(${a} ${symbol} ${b})`;
    if (op === "complex") return `nr_pair(${a}, ${b})`;
    if (symbol !== undefined) return this.#rounded(`(${type})(${a} ${symbol} ${b})`, dtype);
    if (isFloating(dtype) && op === "div") return this.#rounded(`(${a} / ${b})`, dtype);
    if (isFloating(dtype) && op in floatFunctions) return this.#rounded(this.#call(op, type, `${a}, ${b}`), dtype);
    return `nr_${op}<${type}>(${a}, ${b})`;
  }

  multiplyAdd(dtype: DType, a: string, b: string, c: string): string {
    const type = this.type(dtype);
    if (!isFloating(dtype)) return `(${type})(${a} * ${b} + ${c})`;
    return this.#rounded(`${type === "float" ? "fmaf" : "fma"}(${a}, ${b}, ${c})`, dtype);
  }

  select(condition: string, a: string, b: string): string {
    return `(${condition} ? ${a} : ${b})`;
  }

  cast(value: string, from: DType, to: DType): string {
    if (from === to) return value;
    const type = this.type(to);
    if (to === "complex64") return `nr_pair(${this.cast(value, from, "float32")}, 0.0f)`;
    if (from === "complex64") {
      const re = this.cast(`(${value}).x`, "float32", to);
      return to === "bool" ? `(${re} || ${this.cast(`(${value}).y`, "float32", to)})` : re;
    }
    if (to === "bool") return `(${value} != 0)`;
    if (isFloating(from) && !isFloating(to)) return `nr_truncate<${type}>(${value}, ${smallest[to]}, ${largest[to]})`;
    return this.#rounded(`(${type})${value}`, to);
  }

  bitcast(value: string, from: DType, to: DType): string {
    if (from === to) return value;
    return this.#loaded(`nr_bits<${storageTypes[to]}>(${this.#stored(value, from)})`, to);
  }

  threefry(key0: string, key1: string, counter: string): string {
    return `nr_threefry(${key0}, ${key1}, ${counter})`;
  }

  fail(site: number): string {
    return `nr_fail(status, ${site}u);`;
  }

  module({ entry, workgroupSize, buffers, scalars, status, barriers, shared, body }: Module): string {
    const parameters = [
      ...buffers.map(({ dtype, written }, use) => `${written ? "" : "const "}${this.#storage(dtype)}* b${use}`),
      ...scalars.map(({ index, dtype }) => `const ${this.type(dtype)} s${index}`),
      ...(status ? ["unsigned int* status"] : []),
    ];
    return [
      `extern "C" __global__ void __launch_bounds__(${workgroupSize}) ${entry}(${parameters.join(", ")}) {`,
      ...(status ? (barriers ? uniformStop : ["  if (status[0] != NR_NO_SITE) return;"]) : []),
      ...shared.map(({ name, dtype, length }) => `  __shared__ ${this.type(dtype)} ${name}[${length}];`),
      `  const ${this.index} group = blockIdx.x;`,
      `  const ${this.index} lane = threadIdx.x;`,
      `  const ${this.index} thread = group * ${workgroupSize} + lane;`,
      body,
      "}",
      "",
    ].join("\n");
  }

  #storage(dtype: DType): string {
    this.type(dtype);
    return storageTypes[dtype] as string;
  }

  #call(op: UnaryName | BinaryName, type: string, list: string): string {
    return `${floatFunctions[op]}${type === "float" ? "f" : ""}(${list})`;
  }

  /** `value` as near as `dtype` can hold it. */
  #rounded(value: string, dtype: DType): string {
    return dtype in halves ? this.#loaded(this.#stored(value, dtype), dtype) : value;
  }

  #loaded(element: string, dtype: DType): string {
    return dtype in halves ? `nr_from_${halves[dtype]}(${element})` : element;
  }

  #stored(value: string, dtype: DType): string {
    return dtype in halves ? `nr_to_${halves[dtype]}(${value})` : value;
  }
}

/** Read once for the whole block: its threads must not part ways before a barrier. */
const uniformStop: readonly string[] = [
  "  __shared__ bool stopped;",
  "  if (threadIdx.x == 0) stopped = status[0] != NR_NO_SITE;",
  "  __syncthreads();",
  "  if (stopped) return;",
];

/** Numbers that JavaScript rounded beyond the ends are the ends, and so are infinities: what the least and the greatest number begin with. */
function longLiteral(value: number | bigint): string {
  if (value === Infinity) return largest.int64 as string;
  if (value === -Infinity) return smallest.int64 as string;
  const whole = typeof value === "bigint" ? value : BigInt(Math.trunc(value));
  if (whole <= -(2n ** 63n)) return smallest.int64 as string;
  return whole >= 2n ** 63n ? (largest.int64 as string) : `(${whole}LL)`;
}

const narrow: Dialect = new Cuda("int");
const wide: Dialect = new Cuda("long long");

/**
 * CUDA C++ for `kernel`: every dtype, complex64 as far as it is moved, added and multiplied. Elements are counted in 32 bits where these are enough.
 *
 * @throws DTypeError for a dtype that it has no type for.
 * @example
 * const render = stepRenderer(plan, (kernel) => cudaFor(kernel, plan));
 */
export function cudaFor(kernel: Kernel, plan: Plan): Dialect {
  const views = [...readsOf(kernel).map(({ view }) => view), ...writesOf(kernel)];
  const space = kernel.kind === "loop" || kernel.kind === "reduce" ? kernel.shape.reduce((size, dim) => size * dim, 1) : 0;
  const isWide = space >= 2 ** 31 - 256 || views.some(({ buffer }) => (plan.buffers[buffer]?.size as number) >= 2 ** 31 - 256);
  return isWide ? wide : narrow;
}
