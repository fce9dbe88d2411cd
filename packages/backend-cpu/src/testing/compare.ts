/** Running one graph on this backend and on the reference one, in every dtype, and comparing the results. */
import { reference } from "@neurite/backend-reference";
import {
  type Aval,
  type Backend,
  type DType,
  type Graph,
  type TypedArray,
  type Value,
  allocateArray,
  traceGraph,
  viewArray,
} from "@neurite/core";
import type { CpuBackend } from "../backend.ts";

const singles = new Float32Array(1);
const singleBits = new Uint32Array(singles.buffer);

/** Bits of the nearest bfloat16, ties to even. */
export function bfloat16Bits(x: number): number {
  if (Number.isNaN(x)) return 0x7fc0;
  singles[0] = x;
  return (singleBits[0] + 0x7fff + ((singleBits[0] >>> 16) & 1)) >>> 16;
}

export function bfloat16Number(bits: number): number {
  singleBits[0] = bits << 16;
  return singles[0];
}

/** Bits of the nearest float16, ties to even, by looking for it: slow and plain. */
export function float16Bits(x: number): number {
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0;
  if (Number.isNaN(x)) return 0x7e00;
  const magnitude = Math.abs(x);
  let low = 0;
  let high = 0x7c00;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (float16Number(middle) <= magnitude) low = middle;
    else high = middle - 1;
  }
  if (low === 0x7c00) return sign | low;
  const above = low + 1 === 0x7c00 ? 65536 : float16Number(low + 1);
  const rest = magnitude - float16Number(low) - (above - magnitude);
  return sign | (rest > 0 || (rest === 0 && low % 2 === 1) ? low + 1 : low);
}

export function float16Number(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

/** Elements as a storage holds them. Complex numbers take two. */
export function pack(dtype: DType, elements: readonly (number | bigint)[]): TypedArray {
  const array = allocateArray(dtype, dtype === "complex64" ? elements.length / 2 : elements.length) as TypedArray;
  elements.forEach((element, i) => {
    const number = Number(element);
    const value =
      dtype === "float16"
        ? float16Bits(number)
        : dtype === "bfloat16"
          ? bfloat16Bits(number)
          : dtype === "int64"
            ? BigInt(element)
            : number;
    (array as unknown as (number | bigint)[])[i] = value;
  });
  return array;
}

/** What bytes stand for. */
export function unpack(dtype: DType, buffer: ArrayBuffer): (number | bigint)[] {
  const raw = Array.from(viewArray(dtype, buffer) as Iterable<number | bigint>);
  if (dtype === "float16") return raw.map((bits) => float16Number(Number(bits)));
  return dtype === "bfloat16" ? raw.map((bits) => bfloat16Number(Number(bits))) : raw;
}

export interface Sample extends Aval {
  readonly elements: readonly (number | bigint)[];
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, 1);

/** Numbers of a dtype: small ones, so that most operations are defined, and some special ones. */
export function sampleOf(dtype: DType, shape: readonly number[], random: () => number, special = true): Sample {
  const specials = [0, -0, 1, -1, Infinity, -Infinity, Number.NaN, 1e-40, 0.5, -2];
  const size = sizeOf(shape) * (dtype === "complex64" ? 2 : 1);
  const elements = Array.from({ length: size }, (): number | bigint => {
    switch (dtype) {
      case "bool":
        return random() < 0.5 ? 0 : 1;
      case "uint8":
        return Math.floor(random() * 256);
      case "int8":
        return Math.floor(random() * 256) - 128;
      case "uint32":
        return random() < 0.2 ? 4294967295 - Math.floor(random() * 9) : Math.floor(random() * 200);
      case "int32":
        return random() < 0.2 ? -2147483648 + Math.floor(random() * 9) : Math.floor(random() * 200) - 100;
      case "int64":
        return random() < 0.2 ? -(2n ** 63n) + BigInt(Math.floor(random() * 9)) : BigInt(Math.floor(random() * 200) - 100);
      default:
        if (special && random() < 0.15) return specials[Math.floor(random() * specials.length)];
        return random() * 6 - 3;
    }
  });
  // What the dtype holds.
  return { dtype, shape, elements: unpack(dtype, pack(dtype, elements).buffer as ArrayBuffer) };
}

export function graphOf(inputs: readonly Aval[], build: (...values: Value[]) => readonly Value[]): Graph {
  return traceGraph(inputs, (values) => [...build(...values)]).graph;
}

export function runGraph(backend: Backend, graph: Graph, inputs: readonly Sample[]): (number | bigint)[][] {
  const storages = inputs.map(({ dtype, elements }) => {
    const data = pack(dtype, elements);
    const storage = backend.alloc(data.byteLength);
    backend.write(storage, data);
    return storage;
  });
  const outputs = backend.run(backend.bind(backend.compile(graph), []), storages, []);
  return outputs.map((storage, i) => unpack(graph.outputs[i].dtype, backend.readSync?.(storage, 0, storage.bytes) as ArrayBuffer));
}

const oracle = reference();

/** Places of a dtype's rounding, relative. */
const precision: Partial<Record<DType, number>> = {
  float16: 2 ** -11,
  bfloat16: 2 ** -8,
  float32: 2 ** -24,
  complex64: 2 ** -24,
  float64: 2 ** -53,
};

/** Why `found` is not what is expected within `places` roundings (of numbers at least `floor` large); null when it is. */
export function mismatch(
  dtype: DType,
  found: readonly (number | bigint)[],
  expected: readonly (number | bigint)[],
  places: number,
  floor = 0,
): string | null {
  if (found.length !== expected.length) return `${found.length} elements, expected ${expected.length}`;
  const unit = precision[dtype] ?? 0;
  for (let i = 0; i < found.length; i++) {
    const [x, y] = [found[i], expected[i]];
    if (Object.is(x, y) || (unit > 0 && x === y)) continue;
    if (unit > 0) {
      // A complex number is as exact as it is large.
      const other = dtype === "complex64" ? Math.abs(Number(expected[i ^ 1])) : 0;
      const size = Math.max(Math.abs(Number(y)), Number.isFinite(other) ? other : 0, floor);
      const least = dtype === "float16" ? 2 ** -24 : 2 ** -126 * 2 ** -7;
      if (Math.abs(Number(x) - Number(y)) <= Math.max(places * unit * size, least)) continue;
    }
    return `element ${i}: ${x}, expected ${y}`;
  }
  return null;
}

export interface Tolerance {
  /** Roundings of the dtype by which results may differ. Default 4. */
  readonly places?: number;
  /** Numbers smaller than this are compared as if they were so large. */
  readonly floor?: number;
}

/** Throws unless all backends give what the reference gives. */
export function expectAgreement(
  backends: readonly CpuBackend[],
  name: string,
  inputs: readonly Sample[],
  build: (...values: Value[]) => readonly Value[],
  { places = 4, floor = 0 }: Tolerance = {},
): void {
  const graph = graphOf(inputs, build);
  const expected = runGraph(oracle, graph, inputs);
  for (const backend of backends) {
    runGraph(backend, graph, inputs).forEach((output, i) => {
      const wrong = mismatch(graph.outputs[i].dtype, output, expected[i], places, floor);
      if (wrong !== null) throw new Error(`${name} on ${backend.description}, output ${i}: ${wrong}`);
    });
  }
}
