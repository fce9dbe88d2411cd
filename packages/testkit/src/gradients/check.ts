/** Gradient rules against central differences. */
import {
  allocateArray,
  type Backend,
  build,
  type DType,
  type Graph,
  isInexact,
  traceGraph,
  type Value,
  viewArray,
  vjpOf,
} from "@neurite/core";
import { type GradientCase, type GradientInput, quantized, uniformNumbers } from "./case.ts";

/** Runs a closed graph on host data, again and again. */
class Runner {
  readonly #backend: Backend;
  readonly #graph: Graph;
  readonly #program: ReturnType<Backend["bind"]>;

  constructor(backend: Backend, graph: Graph) {
    this.#backend = backend;
    this.#graph = graph;
    this.#program = backend.bind(backend.compile(graph), []);
  }

  async run(inputs: readonly GradientInput[]): Promise<number[][]> {
    const storages = inputs.map(({ dtype, data }) => {
      const array = toArray(dtype, data);
      const storage = this.#backend.alloc(array.byteLength);
      this.#backend.write(storage, array);
      return storage;
    });
    const results = this.#backend.run(this.#program, storages, []);
    const read = await Promise.all(
      this.#graph.outputs.map(async ({ dtype }, i) => {
        const size = sizeOf(this.#graph.outputs[i].shape);
        const bytes = toArray(dtype, new Array<number>(dtype === "complex64" ? size * 2 : size).fill(0)).byteLength;
        return Array.from(viewArray(dtype, await this.#backend.read(results[i], 0, bytes)) as ArrayLike<number>, Number);
      }),
    );
    for (const storage of [...storages, ...results]) this.#backend.free(storage);
    return read;
  }
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}

function toArray(dtype: DType, data: readonly number[]): ArrayBufferView & ArrayLike<number> {
  const array = allocateArray(dtype, dtype === "complex64" ? data.length / 2 : data.length) as unknown as number[];
  data.forEach((x, i) => (array[i] = dtype === "int64" ? (BigInt(x) as unknown as number) : x));
  return array as unknown as ArrayBufferView & ArrayLike<number>;
}

/** Random numbers to contract outputs or gradients with. */
function randomLike({ dtype, shape }: { readonly dtype: DType; readonly shape: readonly number[] }, seed: number): GradientInput {
  return { dtype, shape, data: uniformNumbers(sizeOf(shape) * (dtype === "complex64" ? 2 : 1), seed, 0.3, 1.3).map(quantized) };
}

/**
 * Real parts and imaginary parts as float64, so that a backend which computes in double precision inside a run
 * loses nothing when results are read.
 */
function widened(values: readonly Value[]): Value[] {
  return values.flatMap((value) => {
    const parts = value.dtype === "complex64" ? [build.real(value), build.imag(value)] : [value];
    return parts.map((part) => build.cast(part, "float64"));
  });
}

/** What {@link widened} makes of host data: complex numbers as two lists. */
function parts({ dtype, data }: GradientInput): number[][] {
  if (dtype !== "complex64") return [[...data]];
  return [data.filter((_, i) => i % 2 === 0), data.filter((_, i) => i % 2 === 1)];
}

/** Re Σ conj(weights) · values: what a change of either part of a complex number contributes. */
function contract(values: readonly (readonly number[])[], weights: readonly GradientInput[]): number {
  const factors = weights.flatMap(parts);
  let total = 0;
  values.forEach((value, i) => value.forEach((x, k) => (total += x * factors[i][k])));
  return total;
}

/** One list for each operand out of lists of parts: complex numbers interleaved again. */
function interleaved(lists: readonly number[][], like: readonly GradientInput[]): number[][] {
  let next = 0;
  return like.map(({ dtype }) => {
    if (dtype !== "complex64") return lists[next++];
    const [re, im] = [lists[next++], lists[next++]];
    return re.flatMap((x, i) => [x, im[i]]);
  });
}

type Fn = (inputs: readonly Value[]) => readonly Value[];

/** (inputs…, a cotangent for each output…) → a gradient for each differentiable input. */
function gradientFn(fn: Fn, inputs: readonly GradientInput[]): Fn {
  return (all) => {
    const own = all.slice(0, inputs.length);
    const { outputs, pull } = vjpOf(fn, own);
    let next = inputs.length;
    const gradients = pull(outputs.map((output) => (isInexact(output.dtype) ? all[next++] : null)));
    return gradients.flatMap((gradient, i) => (isInexact(own[i].dtype) ? [gradient ?? build.zerosLike(own[i])] : []));
  };
}

function traced(inputs: readonly GradientInput[], fn: Fn): Graph {
  const { graph, captures } = traceGraph(inputs, fn);
  if (captures.length > 0) throw new Error("a gradient case must use only its inputs");
  return graph;
}

/**
 * Gradients of Re Σ conj(cotangents) · outputs with respect to the floating and complex inputs, by the rules.
 * `cotangents` are ones by default.
 */
export async function gradientsAt(
  backend: Backend,
  { inputs, fn }: Pick<GradientCase, "inputs" | "fn">,
  cotangents?: readonly GradientInput[],
): Promise<number[][]> {
  const value: Fn = (xs) => fn(xs).filter((output) => isInexact(output.dtype));
  const weights =
    cotangents ??
    traced(inputs, value).outputs.map(({ dtype, shape }): GradientInput => ({
      dtype,
      shape,
      data: Array.from({ length: sizeOf(shape) * (dtype === "complex64" ? 2 : 1) }, (_, i) =>
        dtype === "complex64" && i % 2 === 1 ? 0 : 1,
      ),
    }));
  const gradients = gradientFn(value, inputs);
  const results = await new Runner(
    backend,
    traced([...inputs, ...weights], (xs) => widened(gradients(xs))),
  ).run([...inputs, ...weights]);
  return interleaved(
    results,
    inputs.filter(({ dtype }) => isInexact(dtype)),
  );
}

/** A power of two, so that float32 operands move by exactly this. */
const step = 2 ** -10;

/** Throws where a derivative that the rules give differs from the measured one by more than `tolerance` of the largest. */
async function compare(backend: Backend, fn: Fn, inputs: readonly GradientInput[], what: string, tolerance: number): Promise<void> {
  const { graph } = traceGraph(inputs, fn);
  const weights = graph.outputs.map((output, i) => randomLike(output, 101 + i));
  const forward = new Runner(
    backend,
    traced(inputs, (xs) => widened(fn(xs))),
  );
  const measure = async (at: readonly GradientInput[]): Promise<number> => contract(await forward.run(at), weights);
  const gradients = gradientFn(fn, inputs);
  const rule = new Runner(
    backend,
    traced([...inputs, ...weights], (xs) => widened(gradients(xs))),
  );
  const differentiable = inputs.flatMap((input, i) => (isInexact(input.dtype) ? [i] : []));
  const found = interleaved(
    await rule.run([...inputs, ...weights]),
    differentiable.map((i) => inputs[i]),
  );
  const measured: number[][] = [];
  for (const i of differentiable) {
    const row: number[] = [];
    for (let k = 0; k < inputs[i].data.length; k++) {
      const moved = (by: number): GradientInput[] =>
        inputs.map((input, j) => (j === i ? { ...input, data: input.data.with(k, input.data[k] + by) } : input));
      // Fourth order: the error of the differences is well below the tolerance.
      const near = (await measure(moved(step))) - (await measure(moved(-step)));
      const far = (await measure(moved(2 * step))) - (await measure(moved(-2 * step)));
      row.push((8 * near - far) / (12 * step));
    }
    measured.push(row);
  }
  const scale = Math.max(1e-2, ...measured.flat().map(Math.abs));
  measured.forEach((row, r) =>
    row.forEach((expected, k) => {
      const error = Math.abs(found[r][k] - expected) / scale;
      if (!(error <= tolerance)) {
        throw new Error(
          `${what} derivative of input ${differentiable[r]} at element ${k} is ${found[r][k]}, differences give ${expected}` +
            ` (all: ${found[r].map((x) => x.toPrecision(5)).join(", ")}; differences: ${row.map((x) => x.toPrecision(5)).join(", ")})`,
        );
      }
    }),
  );
}

/**
 * Checks the first and second derivatives of a case against central differences, element by element.
 * Outputs are contracted with random cotangents; second derivatives are those of the gradient, with respect to the inputs and the cotangents.
 *
 * @param backend Must compute in double precision within a run, also where float32 and complex64 are declared.
 * @throws Error that names the element where a derivative is wrong.
 */
export async function checkGradients(backend: Backend, { inputs, fn, tolerance = 1e-6 }: GradientCase): Promise<void> {
  const value: Fn = (xs) => fn(xs).filter((output) => isInexact(output.dtype));
  const graph = traced(inputs, value);
  await compare(backend, value, inputs, "first", tolerance);
  const weights = graph.outputs.map((output, i) => randomLike(output, 201 + i));
  await compare(backend, gradientFn(value, inputs), [...inputs, ...weights], "second", tolerance);
}
