import { type BinaryName, type DType, DTypeError, type UnaryName } from "@neurite/core";
import type { BufferUse, Dialect, Module, Tile } from "./dialect.ts";
import { functionsIn } from "./wgsl-functions.ts";

/** Dtypes with one byte an element, as on the host: four to a word. */
const isByte = (dtype: DType): boolean => dtype === "bool" || dtype === "int8" || dtype === "uint8";

const types: Partial<Record<DType, string>> = {
  bool: "bool",
  int8: "i32",
  uint8: "u32",
  int32: "i32",
  uint32: "u32",
  float32: "f32",
  complex64: "vec2<f32>",
};

/** Words of {@link Module.buffers}' offsets in the uniform `places`. */
export const wgslPlaceWords = 64;

/** Barriers must be reached by all threads of a workgroup alike: one reads the status, and all see what it read. */
const uniformStop: readonly string[] = [
  "  if (own == 0u) { stopped = atomicLoad(&status[0]); }",
  "  if (workgroupUniformLoad(&stopped) != 0u) { return; }",
];

/** Storage of a memory is one `array<u32>`; the plan's buffers start at offsets (in elements) that come in a uniform. */
class Wgsl implements Dialect {
  readonly name = "WGSL";
  readonly index = "i32";
  readonly workgroupSize = 64;
  readonly barrier = "workgroupBarrier();";
  readonly bufferBarrier = "storageBarrier();";

  /** As much as all devices have room for; smaller products would leave most of a tile empty. */
  tile(m: number, n: number, k: number): Tile | null {
    return Math.min(m, n) >= 32 && k >= 16 ? { rows: 32, columns: 32, depth: 16 } : null;
  }

  /** A workgroup for each where there are few and long ones; work on matrices has more steps. */
  team(kind: "reduce" | "row" | "matrix", terms: number, results: number): number {
    if (kind === "matrix") return terms >= 4 && results * terms <= 65536 ? this.workgroupSize : 1;
    return terms >= 1024 && results <= 1024 ? this.workgroupSize : 1;
  }

  accumulator(dtype: DType): DType {
    return dtype;
  }

  type(dtype: DType): string {
    const type = types[dtype];
    if (type === undefined) throw new DTypeError(`[webgpu] there are no kernels for ${dtype}: WGSL has no such type`);
    return type;
  }

  literal(given: number | bigint, dtype: DType): string {
    const value = Number(given);
    if (dtype === "complex64") return `vec2<f32>(${this.literal(value, "float32")}, 0.0)`;
    switch (this.type(dtype)) {
      case "bool":
        return value === 0 ? "false" : "true";
      case "i32":
        return value === -2147483648 ? "(-2147483647 - 1)" : `${value | 0}`;
      case "u32":
        return `${value >>> 0}u`;
      default: {
        const float = Math.fround(value);
        const bits = new Uint32Array(new Float32Array([float]).buffer)[0] as number;
        if (!Number.isFinite(float) || (float !== 0 && Math.abs(float) < 2 ** -126)) return `nr_float(${hex(bits)})`;
        return `bitcast<f32>(${hex(bits)})`;
      }
    }
  }

  constant(name: string, type: string, value: string): string {
    return `let ${name}: ${type} = ${value};`;
  }

  variable(name: string, type: string, value: string): string {
    return `var ${name}: ${type} = ${value};`;
  }

  loop(name: string, from: string, to: string, step = "1"): string {
    return `for (var ${name}: i32 = ${from}; ${name} < ${to}; ${name} = ${name} + ${step})`;
  }

  load(use: number, dtype: DType, index: string): string {
    this.type(dtype);
    return `load_${use}(${index})`;
  }

  store(use: number, dtype: DType, index: string, value: string): string {
    this.type(dtype);
    return `store_${use}(${index}, ${value});`;
  }

  scalar(index: number, dtype: DType): string {
    const word = index + 4;
    const text = `run[${word >> 2}].${"xyzw"[word & 3]}`;
    switch (dtype) {
      case "uint32":
      case "uint8":
        return text;
      case "bool":
        return `(${text} != 0u)`;
      default:
        return `bitcast<${this.type(dtype)}>(${text})`;
    }
  }

  fromIndex(index: string): string {
    return index;
  }

  toIndex(value: string): string {
    return value;
  }

  unary(op: UnaryName, dtype: DType, x: string): string {
    const floating = dtype === "float32";
    switch (op) {
      case "neg":
        if (floating) return `bitcast<f32>(bitcast<u32>(${x}) ^ 0x80000000u)`;
        return this.#wrap(this.type(dtype) === "u32" ? `(0u - ${x})` : `(0 - ${x})`, dtype);
      case "abs":
        if (floating) return `bitcast<f32>(bitcast<u32>(${x}) & 0x7fffffffu)`;
        return this.type(dtype) === "i32" ? this.#wrap(`abs(${x})`, dtype) : x;
      case "sign":
        if (floating) return `nr_sign(${x})`;
        return this.type(dtype) === "u32" ? `min(${x}, 1u)` : `sign(${x})`;
      case "not":
        return dtype === "bool" ? `!(${x})` : this.#wrap(`~(${x})`, dtype);
      case "floor":
      case "ceil":
      case "round":
        return floating ? `${op}(${x})` : x;
      case "sqrt":
        return `sqrt(${x})`;
      case "rsqrt":
        return `(1.0 / sqrt(${x}))`;
      case "sin":
        return `select(nr_sincos(${x}, 0), ${x}, ${x} == 0.0)`;
      case "cos":
        return `nr_sincos(${x}, 1)`;
      case "exp":
      case "expm1":
      case "log":
      case "log1p":
      case "tanh":
      case "erf":
        return `nr_${op}(${x})`;
      case "real":
        return `(${x}).x`;
      case "imag":
        return `(${x}).y`;
    }
  }

  binary(op: BinaryName, dtype: DType, a: string, b: string): string {
    const type = this.type(dtype);
    const floating = type === "f32";
    const kind = type === "i32" ? "i" : "u";
    if (type === "bool") return this.#logical(op, a, b);
    if (dtype === "complex64" && op === "mul") return `nr_complex_mul(${a}, ${b})`;
    switch (op) {
      case "add":
        return this.#wrap(`(${a} + ${b})`, dtype);
      case "sub":
        return this.#wrap(`(${a} - ${b})`, dtype);
      case "mul":
        return this.#wrap(`(${a} * ${b})`, dtype);
      case "div":
        return floating ? `(${a} / ${b})` : this.#wrap(`nr_div_${kind}(${a}, ${b})`, dtype);
      case "rem":
        return floating ? `nr_fmod(${a}, ${b})` : `nr_rem_${kind}(${a}, ${b})`;
      case "pow":
        return floating ? `nr_pow(${a}, ${b})` : this.#wrap(`nr_pow_${kind}(${a}, ${b})`, dtype);
      case "max":
      case "min":
        return floating ? `nr_${op}(${a}, ${b})` : `${op}(${a}, ${b})`;
      case "atan2":
        return `nr_atan2(${a}, ${b})`;
      case "eq":
        return floating ? `nr_eq(${a}, ${b})` : `(${a} == ${b})`;
      case "lt":
        return floating ? `nr_lt(${a}, ${b})` : `(${a} < ${b})`;
      case "le":
        return floating ? `nr_le(${a}, ${b})` : `(${a} <= ${b})`;
      case "and":
        return `(${a} & ${b})`;
      case "or":
        return `(${a} | ${b})`;
      case "xor":
        return `(${a} ^ ${b})`;
      case "shl":
      case "shr":
        // Bytes are held sign- or zero-extended, so that 8 and more shift everything out as 32 would.
        return this.#wrap(`nr_${op}_${kind}(${a}, ${b})`, dtype);
      case "complex":
        return `vec2<f32>(${a}, ${b})`;
    }
  }

  multiplyAdd(dtype: DType, a: string, b: string, c: string): string {
    if (dtype === "float32") return `fma(${a}, ${b}, ${c})`;
    return this.binary("add", dtype, this.binary("mul", dtype, a, b), c);
  }

  select(condition: string, a: string, b: string): string {
    return `select(${b}, ${a}, ${condition})`;
  }

  cast(value: string, from: DType, to: DType): string {
    if (from === to) return value;
    if (to === "complex64") return `vec2<f32>(${this.cast(value, from, "float32")}, 0.0)`;
    if (from === "complex64") {
      const re = this.cast(`(${value}).x`, "float32", to);
      return to === "bool" ? `(${re} || ${this.cast(`(${value}).y`, "float32", to)})` : re;
    }
    const [source, target] = [this.type(from), this.type(to)];
    if (to === "bool") return source === "f32" ? `!nr_eq(${value}, 0.0)` : `(${value} != ${source}(0))`;
    if (target === "f32") return source === "bool" ? `select(0.0, 1.0, ${value})` : `f32(${value})`;
    if (source === "f32") {
      if (to === "int8") return `clamp(nr_to_i32(${value}), -128, 127)`;
      if (to === "uint8") return `min(nr_to_u32(${value}), 255u)`;
      return `nr_to_${target}(${value})`;
    }
    return this.#wrap(source === target ? value : source === "bool" ? `${target}(${value})` : `bitcast<${target}>(${value})`, to);
  }

  bitcast(value: string, from: DType, to: DType): string {
    if (from === to) return value;
    if (from === "bool") return this.cast(value, from, to);
    if (to === "bool") return `(${value} != ${this.type(from)}(0))`;
    if (isByte(from)) return this.cast(value, from, to);
    return `bitcast<${this.type(to)}>(${value})`;
  }

  threefry(key0: string, key1: string, counter: string): string {
    return `nr_threefry(${key0}, ${key1}, ${counter})`;
  }

  fail(site: number): string {
    return `atomicMax(&status[0], ${site + 1}u); atomicMax(&status[1], run[0].x);`;
  }

  module({ entry, workgroupSize, buffers, scalars, status, barriers, shared, body }: Module): string {
    const memories = Math.max(-1, ...buffers.map(({ memory }) => memory)) + 1;
    const lines = [
      `@group(0) @binding(0) var<uniform> places: array<vec4<u32>, ${wgslPlaceWords / 4}>;`,
      ...(status || scalars.length > 0 ? [`@group(0) @binding(1) var<uniform> run: array<vec4<u32>, ${runVectors(scalars)}>;`] : []),
      ...(status ? ["@group(0) @binding(2) var<storage, read_write> status: array<atomic<u32>, 2>;"] : []),
    ];
    for (let memory = 0; memory < memories; memory++) {
      const { written, atomic } = memoryAccess(buffers, memory);
      const access = written ? "read_write" : "read";
      lines.push(`@group(0) @binding(${memory + 3}) var<storage, ${access}> memory_${memory}: array<${atomic ? "atomic<u32>" : "u32"}>;`);
    }
    buffers.forEach((buffer, use) => lines.push(...this.#accessors(buffer, use, memoryAccess(buffers, buffer.memory).atomic)));
    if (status && barriers) lines.push("var<workgroup> stopped: u32;");
    for (const { name, dtype, length } of shared) lines.push(`var<workgroup> ${name}: array<${this.type(dtype)}, ${length}>;`);
    lines.push(
      `@compute @workgroup_size(${workgroupSize})`,
      `fn ${entry}(@builtin(workgroup_id) at: vec3<u32>, @builtin(num_workgroups) grid: vec3<u32>, @builtin(local_invocation_index) own: u32) {`,
      ...(status ? (barriers ? uniformStop : ["  if (atomicLoad(&status[0]) != 0u) { return; }"]) : []),
      "  let group: i32 = i32(at.y * grid.x + at.x);",
      "  let lane: i32 = i32(own);",
      `  let thread: i32 = group * ${workgroupSize} + lane;`,
      body,
      "}",
    );
    const text = lines.join("\n");
    return `${functionsIn(text)}\n${text}\n`;
  }

  #accessors({ dtype, written, memory }: BufferUse, use: number, atomic: boolean): string[] {
    const type = this.type(dtype);
    const base = `places[${use >> 2}].${"xyzw"[use & 3]}`;
    const word = (place: string): string => (atomic ? `atomicLoad(&memory_${memory}[${place}])` : `memory_${memory}[${place}]`);
    const lines: string[] = [];
    if (isByte(dtype)) {
      const byte = `extractBits(${word("at >> 2u")}, (at & 3u) * 8u, 8u)`;
      const value = {
        bool: `${byte} != 0u`,
        uint8: byte,
        int8: `extractBits(bitcast<i32>(${word("at >> 2u")}), (at & 3u) * 8u, 8u)`,
      }[dtype as "bool" | "uint8" | "int8"];
      lines.push(`fn load_${use}(i: i32) -> ${type} { let at = u32(i) + ${base}; return ${value}; }`);
      // Threads may write to bytes of one word at a time: neither step touches another byte.
      if (written) {
        const bits = dtype === "bool" ? "select(0u, 1u, value)" : dtype === "int8" ? "(bitcast<u32>(value) & 255u)" : "(value & 255u)";
        lines.push(
          `fn store_${use}(i: i32, value: ${type}) { let at = u32(i) + ${base}; let shift = (at & 3u) * 8u; ` +
            `atomicAnd(&memory_${memory}[at >> 2u], ~(255u << shift)); atomicOr(&memory_${memory}[at >> 2u], ${bits} << shift); }`,
        );
      }
      return lines;
    }
    if (dtype === "complex64") {
      const at = `let at = (u32(i) + ${base}) * 2u;`;
      lines.push(
        `fn load_${use}(i: i32) -> ${type} { ${at} return vec2<f32>(bitcast<f32>(${word("at")}), bitcast<f32>(${word("at + 1u")})); }`,
      );
      const put = (place: string, part: string): string => {
        const bits = `bitcast<u32>(value.${part})`;
        return atomic ? `atomicStore(&memory_${memory}[${place}], ${bits});` : `memory_${memory}[${place}] = ${bits};`;
      };
      if (written) lines.push(`fn store_${use}(i: i32, value: ${type}) { ${at} ${put("at", "x")} ${put("at + 1u", "y")} }`);
      return lines;
    }
    const loaded = word(`u32(i) + ${base}`);
    lines.push(`fn load_${use}(i: i32) -> ${type} { return ${type === "u32" ? loaded : `bitcast<${type}>(${loaded})`}; }`);
    if (written) {
      const value = type === "u32" ? "value" : "bitcast<u32>(value)";
      const place = `memory_${memory}[u32(i) + ${base}]`;
      lines.push(`fn store_${use}(i: i32, value: ${type}) { ${atomic ? `atomicStore(&${place}, ${value})` : `${place} = ${value}`}; }`);
    }
    return lines;
  }

  #logical(op: BinaryName, a: string, b: string): string {
    switch (op) {
      case "eq":
        return `(${a} == ${b})`;
      case "lt":
        return `(!${a} && ${b})`;
      case "le":
        return `(!${a} || ${b})`;
      case "xor":
        return `(${a} != ${b})`;
      case "and":
      case "min":
      case "mul":
        return `(${a} && ${b})`;
      case "or":
      case "max":
      case "add":
        return `(${a} || ${b})`;
      default:
        throw new DTypeError(`[${op}] is not defined for bool`);
    }
  }

  /** Keeps bytes in their range. */
  #wrap(value: string, dtype: DType): string {
    if (dtype === "int8") return `extractBits(${value}, 0u, 8u)`;
    if (dtype === "uint8") return `(${value} & 255u)`;
    return value;
  }
}

/** Vectors of 4 words in the uniform `run` up to the last of `scalars`; the first holds the number of the run. */
function runVectors(scalars: Module["scalars"]): number {
  return Math.ceil((Math.max(-1, ...scalars.map(({ index }) => index)) + 1) / 4) + 1;
}

/** How a kernel uses a memory: bytes are written by atomic operations, and then all of the memory is atomic. */
function memoryAccess(buffers: readonly BufferUse[], memory: number): { readonly written: boolean; readonly atomic: boolean } {
  const own = buffers.filter((buffer) => buffer.memory === memory && buffer.written);
  return { written: own.length > 0, atomic: own.some(({ dtype }) => isByte(dtype)) };
}

function hex(bits: number): string {
  return `0x${bits.toString(16).padStart(8, "0")}u`;
}

/** WebGPU's language: bool, int8, uint8 (four to a word), int32, uint32, float32, and complex64 as far as it is moved, added and multiplied. */
export const wgsl: Dialect = new Wgsl();
