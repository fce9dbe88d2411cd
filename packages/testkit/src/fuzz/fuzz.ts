/** Random graphs of all primitives on a backend, against the oracle; a failing one is cut down to what is needed to fail. */
import { type Backend, type DType, formatGraph, type PrimitiveName } from "@neurite/core";
import { Choices } from "../samples/choices.ts";
import { runGraph } from "../samples/run-graph.ts";
import type { Sample } from "../samples/sample.ts";
import { findDifference } from "../suite/compare.ts";
import { ProgramBuilder, Rejected } from "./builder.ts";
import { costlyRows, largeConv, largeDot, largeGroups, largestValue } from "./large-makers.ts";
import { type Maker, stepMakers } from "./makers.ts";
import { inputSamples, programGraph, type RandomProgram, withoutDeadCode } from "./program.ts";

/** Options of {@link fuzzOnce}. */
export interface FuzzOptions {
  readonly backend: Backend;
  readonly oracle: Backend;
  readonly dtypes: readonly DType[];
  /** Steps of a program; default 12. */
  readonly steps?: number;
  /** Share of programs, 0 to 1, that begin with work large enough for kernels to cut it up. Default 0. */
  readonly large?: number;
  readonly flushesDenormals?: boolean;
}

/** A program that a seed decides, of primitives that the backend has. */
export function randomProgram(seed: number, { backend, oracle, dtypes, steps = 12, large = 0 }: FuzzOptions): RandomProgram {
  // Seeds side by side are to be alike in nothing, this least of all.
  const isLarge = new Choices(~seed).chance(large);
  const builder = isLarge ? new ProgramBuilder(seed, oracle, dtypes, largestValue) : new ProgramBuilder(seed, oracle, dtypes);
  const { unsupported } = backend.capabilities;
  const ops = (Object.keys(stepMakers) as PrimitiveName[]).filter((op) => !unsupported.has(op));
  for (const dtype of dtypes.length > 3 ? [builder.choose.of(dtypes), builder.choose.of(dtypes), builder.choose.of(dtypes)] : dtypes) {
    for (const shape of [[3], [2, 3], [], [2, 1]]) builder.input(dtype, shape);
  }
  if (isLarge) attempt(() => builder.choose.of([largeDot, largeConv, largeGroups, costlyRows])(builder));
  for (let attempts = 0; builder.length < steps && attempts < steps * 20; attempts++) {
    attempt(() => (stepMakers[builder.choose.of(ops)] as Maker)(builder));
  }
  return builder.finish();
}

/** Runs `make`, and takes no for an answer. */
function attempt(make: () => void): void {
  try {
    make();
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
  }
}

/** Smooth results go through many steps. */
const smoothAccuracy = { ulps: 2 ** 12, spread: 2 ** 10 };
const exactAccuracy = { ulps: 0 };

/** What is wrong with a program on a backend; null where nothing is. */
async function findFault(program: RandomProgram, { backend, oracle, flushesDenormals }: FuzzOptions): Promise<string | null> {
  if (program.outputs.length === 0) return null;
  const graph = programGraph(program);
  const inputs = inputSamples(program);
  const expected = await runGraph(oracle, graph, inputs);
  let found: Sample[];
  try {
    found = await runGraph(backend, graph, inputs);
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  // What cancels to nothing is as wrong as its terms were.
  let magnitude = 1;
  for (const { exact, unique, sample } of program.values) {
    if (!unique || exact) continue;
    for (const x of sample.data) if (Number.isFinite(Number(x))) magnitude = Math.max(magnitude, Math.abs(Number(x)));
  }
  for (const [i, id] of program.outputs.entries()) {
    const { exact, sample } = program.values[id];
    const compare = (right: Sample): string | null =>
      findDifference(found[i], right, exact ? exactAccuracy : smoothAccuracy, { flushesDenormals, magnitude });
    const difference = compare(expected[i]);
    // Near a pole (log1p of tanh of -8), what each step rounded to its dtype gives is far from what is not rounded: either is right.
    if (difference !== null && (exact || compare(sample) !== null)) return `output ${i}: ${difference}`;
  }
  return null;
}

/** The program with every value read, and with only its last: what is read cannot be fused away. */
function readings(program: RandomProgram): RandomProgram[] {
  const { outputs } = program;
  const used = new Set(program.steps.flatMap(({ inputs }) => inputs));
  const ends = outputs.filter((id) => !used.has(id));
  return [program, withoutDeadCode({ ...program, outputs: ends }), withoutDeadCode({ ...program, outputs: outputs.slice(-1) })];
}

/** Smaller programs that may fail in the same way: one output alone, and with a step's results given instead of computed. */
function smaller(program: RandomProgram): RandomProgram[] {
  const single = program.outputs.length > 1 ? program.outputs.map((id) => withoutDeadCode({ ...program, outputs: [id] })) : [];
  const cut = program.steps
    .filter(({ outputs }) => outputs.every((id) => program.values[id].unique && !program.outputs.includes(id)))
    .map((step) =>
      withoutDeadCode({
        ...program,
        inputs: [...program.inputs, ...step.outputs],
        steps: program.steps.filter((other) => other !== step),
      }),
    );
  return [...single, ...cut];
}

/** Cuts a failing program down until every part of it is needed to fail. */
async function shrink(program: RandomProgram, options: FuzzOptions): Promise<RandomProgram> {
  let smallest = program;
  for (let found = true; found;) {
    found = false;
    for (const candidate of smaller(smallest)) {
      if ((await findFault(candidate, options)) !== null) {
        smallest = candidate;
        found = true;
        break;
      }
    }
  }
  return smallest;
}

/** Elements of an input that are printed; the seed makes them all. */
const mostShown = 400;

/** A fault as text: the seed, the smallest failing graph, its data and what is wrong. */
export interface Fault {
  readonly seed: number;
  readonly program: RandomProgram;
  readonly text: string;
}

/**
 * Makes the program of a seed and runs it; a fault is cut down and described.
 *
 * @example
 * const fault = await fuzzOnce(1, { backend: cpu(), oracle: reference(), dtypes: ["float32"] });
 * if (fault !== null) throw new Error(fault.text);
 */
export async function fuzzOnce(seed: number, options: FuzzOptions): Promise<Fault | null> {
  for (const program of readings(randomProgram(seed, options))) {
    if ((await findFault(program, options)) === null) continue;
    const smallest = await shrink(program, options);
    const elements = ({ data }: Sample): string => (data.length <= mostShown ? data.join(" ") : `${data.slice(0, mostShown).join(" ")} …`);
    const data = inputSamples(smallest).map((sample, i) => `  input ${i}: ${sample.dtype}[${sample.shape}] ${elements(sample)}\n`);
    const text = `seed ${seed}: ${await findFault(smallest, options)}\n${formatGraph(programGraph(smallest), "  ")}${data.join("")}`;
    return { seed, program: smallest, text };
  }
  return null;
}
