/** Gradient rules against central differences. */
import { type Backend, build, type DType, isInexact, type Value, vjpOf } from "@neurite/core";
import { type Fn, GraphRunner, traced } from "../samples/run-graph.ts";
import { type Sample, sizeOf } from "../samples/sample.ts";
import { type GradientCase, type GradientInput, quantized, uniformNumbers } from "./case.ts";

/** Ones of a value's shape; of complex numbers, the real one. */
export function ones(like: Value): Value {
  return build.full(like.shape, 1, like.dtype);
}

const numbersOf = (samples: readonly Sample[]): number[][] => samples.map(({ data }) => data.map(Number));

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

/**
 * Gradients of Re Σ conj(cotangents) · outputs with respect to the floating and complex inputs, by the rules.
 * `cotangents` are ones by default.
 *
 * @example
 * const inputs = [{ dtype: "float32" as const, shape: [2], data: [1, 3] }];
 * await gradientsAt(backend, { inputs, fn: ([x]) => [build.mul(x, x)] }); // [[2, 6]]
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
  const results = await new GraphRunner(
    backend,
    traced([...inputs, ...weights], (xs) => widened(gradients(xs))),
  )
    .run([...inputs, ...weights])
    .then(numbersOf);
  return interleaved(
    results,
    inputs.filter(({ dtype }) => isInexact(dtype)),
  );
}

/** A power of two, so that float32 operands move by exactly this. */
const step = 2 ** -10;

/** Throws where a derivative that the rules give differs from the measured one by more than `tolerance` of the largest. */
async function compare(backend: Backend, fn: Fn, inputs: readonly GradientInput[], what: string, tolerance: number): Promise<void> {
  const graph = traced(inputs, fn);
  const weights = graph.outputs.map((output, i) => randomLike(output, 101 + i));
  const forward = new GraphRunner(
    backend,
    traced(inputs, (xs) => widened(fn(xs))),
  );
  const measure = async (at: readonly GradientInput[]): Promise<number> => contract(numbersOf(await forward.run(at)), weights);
  const gradients = gradientFn(fn, inputs);
  const rule = new GraphRunner(
    backend,
    traced([...inputs, ...weights], (xs) => widened(gradients(xs))),
  );
  const differentiable = inputs.flatMap((input, i) => (isInexact(input.dtype) ? [i] : []));
  const found = interleaved(
    numbersOf(await rule.run([...inputs, ...weights])),
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
 *
 * @throws Error that names the element where a derivative is wrong.
 *
 * @example
 * // sin: first and second derivatives at three points.
 * const inputs = [{ dtype: "float32" as const, shape: [3], data: [0, 1, 2] }];
 * await checkGradients(backend, { name: "sin", primitive: "sin", inputs, fn: ([x]) => [build.sin(x)] });
 */
export async function checkGradients(backend: Backend, { inputs, fn, tolerance = 1e-6 }: GradientCase): Promise<void> {
  const value: Fn = (xs) => fn(xs).filter((output) => isInexact(output.dtype));
  const graph = traced(inputs, value);
  await compare(backend, value, inputs, "first", tolerance);
  const weights = graph.outputs.map((output, i) => randomLike(output, 201 + i));
  await compare(backend, gradientFn(value, inputs), [...inputs, ...weights], "second", tolerance);
}
