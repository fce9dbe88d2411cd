import type { Tensor } from "@neurite/core";
import { decodeArray, type EncodedArray, readBack } from "../../format/host-array.ts";
import { Problems } from "../../problems.ts";
import { type KerasObjectCase, makeKerasObject } from "./keras-object.ts";

interface InitializerCase extends KerasObjectCase {
  /** Of those that are not random: values of a shape. */
  readonly cases?: readonly { readonly shape: readonly number[]; readonly value: EncodedArray }[];
  /** Of random ones: statistics of eight draws of a shape. */
  readonly stats_over_8_seeds?: readonly Statistics[];
}

interface Statistics {
  readonly shape: readonly number[];
  /** Numbers drawn in all. */
  readonly draws: number;
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
  /** Of orthogonal ones: the gain squared. */
  readonly gram_diag?: number;
}

type Initializer = (shape: readonly number[]) => Tensor;

const seeds = 8;
/** Standard errors that a statistic may be off; both sides have one. */
const slack = 4 * Math.SQRT2;

/** A class of keras.initializers: values where they are certain, else mean, standard deviation and bounds over eight seeds. */
export async function checkInitializer(json: InitializerCase): Promise<readonly string[]> {
  const problems = new Problems();
  for (const { shape, value } of json.cases ?? []) {
    const initializer = makeKerasObject<Initializer>("initializers", json);
    await problems.attempt(`[${shape}]`, () =>
      problems.compare(`[${shape}]`, initializer(shape), decodeArray(value), { rtol: 1e-6, atol: 0 }),
    );
  }
  for (const statistics of json.stats_over_8_seeds ?? []) {
    await problems.attempt(`[${statistics.shape}]`, () => checkStatistics(json, statistics, problems));
  }
  return problems.list;
}

async function checkStatistics(json: InitializerCase, expected: Statistics, problems: Problems): Promise<void> {
  const what = `[${expected.shape}]`;
  const isSeeded = "seed" in (json.serialized?.config ?? {});
  const values: number[] = [];
  for (let seed = 0; seed < seeds; seed++) {
    const draw = makeKerasObject<Initializer>("initializers", json, isSeeded ? { seed } : {})(expected.shape);
    const { data, shape, dtype } = await readBack(draw);
    if (shape.join() !== expected.shape.join() || dtype !== "float32") problems.add(what, `gave ${dtype}[${shape}]`);
    for (const value of data) values.push(value as number);
    if (expected.gram_diag !== undefined) checkGram(what, data as readonly number[], expected, problems);
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const std = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  const error = (slack * expected.std) / Math.sqrt(expected.draws);
  problems.add(what, near("mean", mean, expected.mean, error + 1e-6 * Math.abs(expected.mean)));
  problems.add(what, near("standard deviation", std, expected.std, error));
  if (isBounded(json)) {
    // Keras's extremes of so many draws lie close to the bounds; nothing may be beyond them.
    const margin = 0.02 * (expected.max - expected.min);
    const [min, max] = extremes(values);
    if (min < expected.min - margin) problems.add(what, `minimum ${min} is below that of Keras, ${expected.min}`);
    if (max > expected.max + margin) problems.add(what, `maximum ${max} is above that of Keras, ${expected.max}`);
  }
}

/** The smallest and the largest. */
function extremes(values: readonly number[]): [number, number] {
  let [min, max] = [Infinity, -Infinity];
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return [min, max];
}

function near(name: string, actual: number, expected: number, bound: number): string | null {
  const error = Math.abs(actual - expected);
  return error <= bound
    ? null
    : `${name} ${actual.toPrecision(6)} where ${expected} was expected: error ${error.toPrecision(3)}, at most ${bound.toPrecision(3)} by chance`;
}

/** True for uniform and truncated distributions. */
function isBounded({ serialized, class: name }: InitializerCase): boolean {
  const className = serialized?.class_name ?? name ?? "";
  if (serialized?.config["distribution"] === "untruncated_normal") return false;
  return /Uniform|Truncated|^(Glorot|He|Lecun|VarianceScaling)/.test(className);
}

/** The rows or columns, whichever are fewer, of the matrix [… product of all but the last, last] must be orthogonal. */
function checkGram(what: string, data: readonly number[], { shape, gram_diag: square }: Statistics, problems: Problems): void {
  const columns = shape.at(-1) as number;
  const rows = data.length / columns;
  const [count, length, step, stride] = rows < columns ? [rows, columns, columns, 1] : [columns, rows, 1, columns];
  let worst = 0;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) {
      let product = 0;
      for (let k = 0; k < length; k++) product += (data[i * step + k * stride] as number) * (data[j * step + k * stride] as number);
      worst = Math.max(worst, Math.abs(product - (i === j ? (square as number) : 0)));
    }
  }
  if (worst > 1e-4 * (square as number)) problems.add(what, `not orthogonal: the Gram matrix is off by ${worst.toPrecision(3)}`);
}
