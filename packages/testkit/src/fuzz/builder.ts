/** Grows a random program step by step; the oracle computes each value as it is made. */
import {
  type Aval,
  type Backend,
  bind,
  bytesPerElement,
  type DType,
  isComplex,
  isFloating,
  NeuriteError,
  type PrimitiveName,
  type PrimitiveParams,
} from "@neurite/core";
import { Choices } from "../samples/choices.ts";
import { traced } from "../samples/run-graph.ts";
import { decode, encode, type Sample, sizeOf } from "../samples/sample.ts";
import { small } from "../samples/values.ts";
import type { ProgramValue, RandomProgram, Step, ValueId } from "./program.ts";

/** A step that cannot be made of these operands: another one is tried. */
export class Rejected extends Error {}

/** Whole numbers up to here are added and multiplied without rounding. */
const exactLimits: Partial<Record<DType, number>> = {
  float16: 1024,
  bfloat16: 128,
  float32: 2 ** 20,
  float64: 2 ** 40,
  complex64: 2 ** 20,
};

const maxRank = 6;

/** True if `x` is a whole number that floats of `dtype` compute with exactly. */
function isWhole(dtype: DType, data: Sample["data"]): boolean {
  if (!isFloating(dtype) && !isComplex(dtype)) return true;
  const limit = exactLimits[dtype] as number;
  return (data as number[]).every((x) => Number.isInteger(x) && Math.abs(x) <= limit && !Object.is(x, -0));
}

/** Runs one node on a backend that reads synchronously. */
function evaluate(oracle: Backend, op: PrimitiveName, inputs: readonly Sample[], params: unknown): Sample[] {
  const graph = traced(inputs, (xs) => bind(op, xs, params as never));
  const storages = inputs.map((input) => {
    const array = encode(input);
    const storage = oracle.alloc(array.byteLength);
    oracle.write(storage, array);
    return storage;
  });
  const results = oracle.run(oracle.bind(oracle.compile(graph), []), storages, []);
  return graph.outputs.map(({ dtype, shape }, i) => ({
    dtype,
    shape,
    data: decode(dtype, (oracle.readSync as NonNullable<Backend["readSync"]>)(results[i], 0, sizeOf(shape) * bytesPerElement(dtype))),
  }));
}

export interface EmitOptions {
  /** Results are exact where the operands are, and are whole numbers. */
  readonly exact: boolean;
  /** Which outputs are unique; default all. */
  readonly unique?: (output: number) => boolean;
}

/** Floats of smooth steps stay below this, so that errors do not grow without bound. */
const largestSmooth = 1e3;

export class ProgramBuilder {
  readonly choose: Choices;
  readonly dtypes: readonly DType[];
  readonly #oracle: Backend;
  readonly #mostElements: number;
  readonly values: ProgramValue[] = [];
  readonly #inputs: ValueId[] = [];
  readonly #steps: Step[] = [];

  /** `mostElements`: of a value that a step makes. */
  constructor(seed: number, oracle: Backend, dtypes: readonly DType[], mostElements = 400) {
    this.choose = new Choices(seed);
    this.#mostElements = mostElements;
    this.#oracle = oracle;
    this.dtypes = dtypes;
  }

  /** A new input of small whole numbers. */
  input(dtype: DType, shape: readonly number[]): ValueId {
    const sample = small(dtype, shape, this.choose.below(2 ** 20));
    const data = isFloating(dtype) || isComplex(dtype) ? sample.data.map((x) => Math.round(2 * Number(x)) + 0) : sample.data;
    return this.given({ dtype, shape, data });
  }

  /** An input of given data. */
  given(sample: Sample): ValueId {
    const id = this.#add(sample, isWhole(sample.dtype, sample.data), true);
    this.#inputs.push(id);
    return id;
  }

  aval(id: ValueId): Aval {
    return this.values[id].sample;
  }

  /** Some value that may be used and fits, the latest ones more often; rejected where there is none. */
  pick(fits: (value: ProgramValue, id: ValueId) => boolean): ValueId {
    const found = this.values.flatMap((value, id) => (value.unique && fits(value, id) ? [id] : []));
    if (found.length === 0) throw new Rejected();
    return this.choose.chance(0.6) ? this.choose.of(found.slice(-5)) : this.choose.of(found);
  }

  /** Appends a step. Rejected where the rule of the primitive, or the oracle, says no, and where numbers grow out of hand. */
  emit<P extends PrimitiveName>(op: P, inputs: readonly ValueId[], params: PrimitiveParams[P], { exact, unique }: EmitOptions): ValueId[] {
    const operands = inputs.map((id) => this.values[id]);
    let results: Sample[];
    try {
      results = evaluate(this.#oracle, op, operands.map(({ sample }) => sample), params); // prettier-ignore
    } catch (error) {
      if (error instanceof NeuriteError) throw new Rejected();
      throw error;
    }
    const areExact = exact && operands.every((operand) => operand.exact);
    const added = results.map((sample, i) => ({
      sample,
      exact: areExact && isWhole(sample.dtype, sample.data),
      unique: unique?.(i) ?? true,
    }));
    for (const { sample, exact: whole, unique: used } of added) {
      if (!used) continue;
      if (sizeOf(sample.shape) > this.#mostElements || sample.shape.length > maxRank) throw new Rejected();
      if (whole || (!isFloating(sample.dtype) && !isComplex(sample.dtype))) continue;
      if ((sample.data as number[]).some((x) => !(Math.abs(x) <= largestSmooth))) throw new Rejected();
    }
    const outputs = added.map(({ sample, exact: whole, unique: used }) => this.#add(sample, whole, used));
    this.#steps.push({ op, params: params as never, inputs, outputs });
    return outputs;
  }

  /** The program so far, with every unique result as an output. */
  finish(): RandomProgram {
    const made = new Set(this.#steps.flatMap(({ outputs }) => outputs));
    const outputs = this.values.flatMap(({ unique }, id) => (unique && made.has(id) ? [id] : []));
    return { values: this.values, inputs: this.#inputs, steps: this.#steps, outputs };
  }

  get length(): number {
    return this.#steps.length;
  }

  #add(sample: Sample, exact: boolean, unique: boolean): ValueId {
    this.values.push({ sample, exact, unique });
    return this.values.length - 1;
  }
}
