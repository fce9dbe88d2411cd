/** Runs primitives on the reference backend, for tests. */
import { type Aval, bytesPerElement, type DType, type Graph, traceGraph, type TypedArray, type Value, viewArray } from "@neurite/core";
import { reference, type ReferenceOptions } from "../src/index.ts";
import { float16FromBits, float16ToBits, bfloat16FromBits, bfloat16ToBits } from "../src/numbers/half.ts";

/** Elements in row-major order; complex numbers as two, real part first. */
export interface Sample extends Aval {
  readonly elements: readonly number[] | readonly bigint[];
}

export function sample(dtype: DType, shape: readonly number[], elements: readonly number[] | readonly bigint[]): Sample {
  return { dtype, shape, elements };
}

export const f32 = (shape: readonly number[], elements: readonly number[]): Sample => sample("float32", shape, elements);
export const f64 = (shape: readonly number[], elements: readonly number[]): Sample => sample("float64", shape, elements);
export const i32 = (shape: readonly number[], elements: readonly number[]): Sample => sample("int32", shape, elements);

/** Bytes of a sample. */
export function pack({ dtype, shape, elements }: Sample): TypedArray {
  const size = shape.reduce((total, dim) => total * dim, 1);
  const array = viewArray(dtype, new ArrayBuffer(size * bytesPerElement(dtype)), 0, size) as TypedArray;
  if (array.length !== elements.length) throw new Error(`${elements.length} elements given for ${dtype}[${shape.join(",")}]`);
  elements.forEach((element, i) => {
    const value = dtype === "float16" ? float16ToBits(Number(element)) : dtype === "bfloat16" ? bfloat16ToBits(Number(element)) : element;
    (array as unknown as Record<number, number | bigint>)[i] = value;
  });
  return array;
}

/** The elements that bytes stand for. */
export function unpack(dtype: DType, buffer: ArrayBuffer): (number | bigint)[] {
  const raw = Array.from(viewArray(dtype, buffer) as Iterable<number | bigint>);
  if (dtype === "float16") return raw.map((bits) => float16FromBits(Number(bits)));
  if (dtype === "bfloat16") return raw.map((bits) => bfloat16FromBits(Number(bits)));
  return raw;
}

/** Runs a graph that has inputs only. */
function runGraph(graph: Graph, inputs: readonly Sample[], options?: ReferenceOptions): (number | bigint)[][] {
  const backend = reference(options);
  const storages = inputs.map((input) => {
    const data = pack(input);
    const storage = backend.alloc(data.byteLength);
    backend.write(storage, data);
    return storage;
  });
  const outputs = backend.run(backend.bind(backend.compile(graph), []), storages, []);
  return outputs.map((storage, i) => {
    if (backend.readSync === undefined) throw new Error("the reference backend reads synchronously");
    return unpack(graph.outputs[i].dtype, backend.readSync(storage, 0, storage.bytes));
  });
}

/** Every output of `build` applied to the samples. */
export function evaluateAll(
  inputs: readonly Sample[],
  build: (...values: Value[]) => Value | readonly Value[],
  options?: ReferenceOptions,
): (number | bigint)[][] {
  const { graph } = traceGraph(inputs, (values) => {
    const built = build(...values);
    return Array.isArray(built) ? (built as readonly Value[]) : [built as Value];
  });
  return runGraph(graph, inputs, options);
}

/** The elements of the first output, as numbers. */
export function evaluate(
  inputs: readonly Sample[],
  build: (...values: Value[]) => Value | readonly Value[],
  options?: ReferenceOptions,
): number[] {
  return evaluateAll(inputs, build, options)[0] as number[];
}

/** A repeatable stream of numbers in [-1, 1). */
export function numbers(count: number, seed = 1): number[] {
  let state = seed >>> 0;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** Largest difference between elements; infinite where lengths differ or something is NaN. */
export function distance(found: readonly number[], expected: readonly number[]): number {
  if (found.length !== expected.length) return Infinity;
  const worst = found.reduce((largest, x, i) => Math.max(largest, Math.abs(x - expected[i])), 0);
  return Number.isNaN(worst) ? Infinity : worst;
}
