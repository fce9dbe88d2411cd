import { describeValue, type DType, type NestedArray, ops, optionsOf, type Tensor, tensor, ValueError } from "@neurite/core";

/** Sequences of unequal length: of numbers, or of arrays of one shape. */
export type Sequences = readonly ArrayLike<NestedArray>[];

/** Options of {@link padSequences}. */
export interface PadSequencesOptions {
  /** Length of all; by default that of the longest. */
  readonly maxlen?: number | null;
  /** Dtype of the result (default int32). */
  readonly dtype?: DType;
  /** Where short ones are filled up: before what they hold ("pre", the default) or after it ("post"). */
  readonly padding?: "pre" | "post";
  /** Where long ones are cut: at the beginning ("pre", the default) or at the end ("post"). */
  readonly truncating?: "pre" | "post";
  /** What they are filled up with (default 0). */
  readonly value?: number;
}

/**
 * Makes one tensor of sequences of unequal length: short ones are filled up, long ones cut.
 *
 * @param sequences Arrays or typed arrays of numbers, or of arrays that all have one shape.
 * @returns [sequences, maxlen, …].
 * @throws ValueError for anything else, and for wrong options; ShapeError where elements differ in shape.
 *
 * @example
 * padSequences([[1], [2, 3], [4, 5, 6]]); // [[0, 0, 1], [0, 2, 3], [4, 5, 6]]
 * padSequences([[1], [2, 3], [4, 5, 6]], { maxlen: 2, padding: "post" }); // [[1, 0], [2, 3], [5, 6]]
 */
export function padSequences(sequences: Sequences, options?: PadSequencesOptions | null): Tensor {
  const { dtype = "int32", padding = "pre", truncating = "pre", value = 0 } = optionsOf("padSequences", options ?? {});
  checkSide("padding", padding);
  checkSide("truncating", truncating);
  const rows = readSequences(sequences);
  const maxlen = options?.maxlen ?? rows.reduce((longest, { length }) => Math.max(longest, length), 0);
  if (!Number.isInteger(maxlen) || maxlen < 0) throw new ValueError(`[padSequences] maxlen must be a whole number: received ${maxlen}`);
  const sample = rows.find(({ length }) => length > 0)?.[0] ?? 0;
  const filler = filled(sample, value);
  if (rows.length * maxlen === 0) return ops.zeros([rows.length, maxlen, ...tensor(filler).shape], { dtype });
  const even = rows.map((row) => {
    const kept = truncating === "pre" ? row.slice(Math.max(0, row.length - maxlen)) : row.slice(0, maxlen);
    const pad = new Array<NestedArray>(maxlen - kept.length).fill(filler);
    return padding === "pre" ? [...pad, ...kept] : [...kept, ...pad];
  });
  return tensor(even, { dtype }) as Tensor;
}

function readSequences(sequences: unknown): NestedArray[][] {
  if (!Array.isArray(sequences))
    throw new ValueError(`[padSequences] sequences must be an array of arrays: received ${describeValue(sequences)}`);
  return sequences.map((sequence: unknown, i) => {
    if (!Array.isArray(sequence) && !ArrayBuffer.isView(sequence))
      throw new ValueError(`[padSequences] sequence ${i} is no array: received ${describeValue(sequence)}`);
    return Array.from(sequence as ArrayLike<NestedArray>);
  });
}

function checkSide(option: string, side: string): void {
  if (side !== "pre" && side !== "post")
    throw new ValueError(`[padSequences] ${option} must be "pre" or "post": received ${JSON.stringify(side)}`);
}

/** `value` in the shape of an element. */
function filled(sample: NestedArray, value: number): NestedArray {
  return Array.isArray(sample) ? (sample as readonly NestedArray[]).map((each) => filled(each, value)) : value;
}
