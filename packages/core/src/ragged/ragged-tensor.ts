import { optionsOf } from "../options.ts";
import { describe } from "../describe.ts";
import type { DType } from "../dtypes/dtype.ts";
import { ShapeError, ValueError } from "../errors.ts";
import { formatAval } from "../shapes/format.ts";
import { input, integerInput } from "../ops/support/input.ts";
import * as build from "../primitives/build.ts";
import type { NestedArray } from "../tensor/nested.ts";
import { isTensorBase } from "../tensor/base.ts";
import type { TensorLike } from "../tensor/create.ts";
import { Tensor } from "../tensor/tensor.ts";

/**
 * A tensor whose rows have lengths of their own: the rows' elements one after the other, and where each row starts. The lengths are part of
 * its structure, as sizes are of a tensor's shape: plain numbers, known while functions are compiled, so every result has a known shape. The
 * elements are a tensor (traced, differentiated), or a ragged tensor again.
 *
 * Its shape is [rows, (lengths), ...inner], where inner axes are those of the elements.
 *
 * @example
 * const r = RaggedTensor.fromRowLengths([3, 1, 4, 1, 5], [2, 0, 3]); // [[3, 1], [], [4, 1, 5]]
 * r.toTensor(); // [[3, 1, 0], [0, 0, 0], [4, 1, 5]]
 */
export class RaggedTensor {
  /** [elements, ...inner], or ragged rows of rows. */
  readonly values: Tensor | RaggedTensor;
  /** Row i is values[rowSplits[i]] up to values[rowSplits[i + 1]]: [rows + 1]. */
  readonly rowSplits: readonly number[];

  private constructor(values: Tensor | RaggedTensor, rowSplits: readonly number[]) {
    this.values = values;
    this.rowSplits = rowSplits;
  }

  /** @throws ValueError for splits that do not rise from 0; ShapeError where they do not end at the number of elements. */
  static fromRowSplits(values: TensorLike | RaggedTensor, rowSplits: readonly number[]): RaggedTensor {
    const op = "RaggedTensor.fromRowSplits";
    requireNumbers(op, rowSplits, "row splits");
    const inner = values instanceof RaggedTensor ? values : new Tensor(input(op, values, "values"));
    const falls = rowSplits.findIndex((split, i) => !Number.isInteger(split) || split < (i === 0 ? 0 : (rowSplits[i - 1] as number)));
    if (rowSplits.length === 0 || rowSplits[0] !== 0 || falls >= 0) {
      throw new ValueError(`[${op}] row splits must be whole numbers that rise from 0: received [${rowSplits.join(",")}]`);
    }
    const count = sizeOf(inner);
    if (rowSplits.at(-1) !== count) {
      throw new ShapeError(`[${op}] row splits must end at the number of elements: received ${rowSplits.at(-1)} for ${count}`);
    }
    return new RaggedTensor(inner, [...rowSplits]);
  }

  /** @throws ValueError for negative lengths; ShapeError where they do not sum to the number of elements. */
  static fromRowLengths(values: TensorLike | RaggedTensor, rowLengths: readonly number[]): RaggedTensor {
    requireNumbers("RaggedTensor.fromRowLengths", rowLengths, "row lengths");
    if (rowLengths.some((length) => !Number.isInteger(length) || length < 0)) {
      throw new ValueError(`[RaggedTensor.fromRowLengths] row lengths must be whole numbers from 0: received [${rowLengths.join(",")}]`);
    }
    return RaggedTensor.fromRowSplits(values, splitsOf(rowLengths));
  }

  /**
   * The row of each element, which must not fall.
   * @throws ValueError for rows that fall, or are not below `nrows` (default: the last one and one).
   */
  static fromValueRowids(values: TensorLike | RaggedTensor, valueRowids: readonly number[], nrows?: number): RaggedTensor {
    const op = "RaggedTensor.fromValueRowids";
    requireNumbers(op, valueRowids, "rows");
    const rows = integerInput(op, nrows ?? valueRowids.reduce((most, id) => Math.max(most, id), -1) + 1, "nrows", 0);
    const wrong = valueRowids.findIndex(
      (id, i) => !Number.isInteger(id) || id < (i === 0 ? 0 : (valueRowids[i - 1] as number)) || id >= rows,
    );
    if (wrong >= 0) {
      throw new ValueError(
        `[${op}] rows must be whole numbers from 0 to ${rows - 1} that do not fall: received ${valueRowids[wrong]} at ${wrong}`,
      );
    }
    const lengths = new Array<number>(rows).fill(0);
    for (const id of valueRowids) lengths[id] = (lengths[id] as number) + 1;
    return RaggedTensor.fromRowLengths(values, lengths);
  }

  /**
   * The rows of a padded tensor [rows, longest, ...inner], cut to `lengths` (default: all of each).
   * @throws ShapeError for fewer than two axes or lengths that do not fit.
   */
  static fromTensor(x: TensorLike, options: { readonly lengths?: readonly number[] } = {}): RaggedTensor {
    const op = "RaggedTensor.fromTensor";
    const value = input(op, x);
    const [rows, longest, ...inner] = value.shape;
    if (rows === undefined || longest === undefined)
      throw new ShapeError(`[${op}] x must have at least two axes: received ${formatAval(value)}`);
    const lengths = optionsOf(op, options, "{ lengths: [2, 1] }").lengths ?? new Array<number>(rows).fill(longest);
    requireNumbers(op, lengths, "lengths");
    if (lengths.length !== rows || lengths.some((n) => !Number.isInteger(n) || n < 0 || n > longest)) {
      throw new ShapeError(`[${op}] lengths must be ${rows} whole numbers from 0 to ${longest}: received [${lengths.join(",")}]`);
    }
    const places = lengths.flatMap((length, row) => Array.from({ length }, (_, i) => row * longest + i));
    return RaggedTensor.fromRowLengths(pick(new Tensor(build.reshape(value, [rows * longest, ...inner])), places), lengths);
  }

  /** Number of rows. */
  get nrows(): number {
    return this.rowSplits.length - 1;
  }

  get dtype(): DType {
    return this.values.dtype;
  }

  /** Sizes of the axes; null where they differ from row to row. */
  get shape(): readonly (number | null)[] {
    return [this.nrows, null, ...this.values.shape.slice(1)];
  }

  /** Number of axes whose sizes differ from row to row. */
  get raggedRank(): number {
    return this.values instanceof RaggedTensor ? this.values.raggedRank + 1 : 1;
  }

  /** The elements of all rows of rows. */
  get flatValues(): Tensor {
    return this.values instanceof RaggedTensor ? this.values.flatValues : this.values;
  }

  rowLengths(): number[] {
    return this.rowSplits.slice(1).map((end, row) => end - (this.rowSplits[row] as number));
  }

  rowStarts(): number[] {
    return this.rowSplits.slice(0, -1);
  }

  /** The row of each element. */
  valueRowids(): number[] {
    return this.rowLengths().flatMap((length, row) => new Array<number>(length).fill(row));
  }

  /** The same rows of other elements. @throws ShapeError for another number of them. */
  withValues(values: TensorLike | RaggedTensor): RaggedTensor {
    return RaggedTensor.fromRowSplits(values, this.rowSplits);
  }

  /** {@link withValues} at the innermost level. */
  withFlatValues(values: TensorLike): RaggedTensor {
    return this.withValues(this.values instanceof RaggedTensor ? this.values.withFlatValues(values) : values);
  }

  /** One row; negative numbers count from the end. @throws ShapeError for a row that is not there. */
  row(index: number): Tensor | RaggedTensor {
    const place = integerInput("RaggedTensor.row", index, "index") < 0 ? index + this.nrows : index;
    if (place < 0 || place >= this.nrows) {
      throw new ShapeError(`[RaggedTensor.row] row ${index} is out of range: there are ${this.nrows}`);
    }
    return part(this.values, this.rowSplits[place] as number, this.rowSplits[place + 1] as number);
  }

  /** Rows `start` up to `end`, as JavaScript's slice counts them. */
  slice(start = 0, end: number = this.nrows): RaggedTensor {
    const [first, last] = [integerInput("RaggedTensor.slice", start, "start"), integerInput("RaggedTensor.slice", end, "end")];
    const rows = Array.from({ length: this.nrows }, (_, i) => i).slice(first, last);
    return this.gather(rows);
  }

  /** Rows in another order, left out or repeated. @throws ShapeError for a row that is not there. */
  gather(indices: readonly number[]): RaggedTensor {
    if (!Array.isArray(indices))
      throw new ValueError(`[RaggedTensor.gather] indices must be a list of rows: received ${describe(indices)}`);
    const rows = indices
      .map((index) => integerInput("RaggedTensor.gather", index, "each index"))
      .map((index) => (index < 0 ? index + this.nrows : index));
    const wrong = rows.findIndex((row) => row < 0 || row >= this.nrows);
    if (wrong >= 0) throw new ShapeError(`[RaggedTensor.gather] row ${indices[wrong]} is out of range: there are ${this.nrows}`);
    const lengths = this.rowLengths();
    const places = rows.flatMap((row) => Array.from({ length: lengths[row] as number }, (_, i) => (this.rowSplits[row] as number) + i));
    return RaggedTensor.fromRowLengths(
      pick(this.values, places),
      rows.map((row) => lengths[row] as number),
    );
  }

  /**
   * As a tensor: [rows, longest, ...inner], `defaultValue` (default 0) where a row is shorter than the longest (or than `length`, to which
   * longer rows are cut).
   *
   * @throws ValueError for a length that is no whole number from 0; ShapeError for more elements than int32 counts.
   */
  toTensor(options: { readonly defaultValue?: number; readonly length?: number } = {}): Tensor {
    const op = "RaggedTensor.toTensor";
    const { defaultValue = 0, length: wanted } = optionsOf(op, options);
    const values = this.values instanceof RaggedTensor ? this.values.toTensor({ defaultValue }) : this.values;
    const lengths = this.rowLengths();
    const widest = lengths.reduce((most, n) => Math.max(most, n), 0);
    const width = wanted === undefined ? widest : integerInput(op, wanted, "length", 0);
    const longest = Math.min(width, widest);
    if (this.nrows * longest >= 2 ** 31) {
      throw new ShapeError(`[${op}] ${this.nrows} rows of ${longest} are more elements than int32 counts; give a shorter length`);
    }
    const [count, ...inner] = values.value.shape as [number, ...number[]];
    const { dtype } = values.value;
    const filler = build.full([1, ...inner], dtype === "bool" ? defaultValue !== 0 : defaultValue, dtype);
    const places = new Int32Array(this.nrows * longest).fill(count);
    lengths.forEach((length, row) => {
      const start = this.rowSplits[row] as number;
      for (let i = 0; i < Math.min(length, longest); i++) places[row * longest + i] = start + i;
    });
    const flat = pick(new Tensor(build.concat([values.value, filler], 0)), places) as Tensor;
    const padded = build.reshape(flat.value, [this.nrows, longest, ...inner]);
    if (width === longest) return new Tensor(padded);
    return new Tensor(build.concat([padded, build.broadcast(filler, [this.nrows, width - longest, ...inner])], 1));
  }

  /** The rows as nested arrays. */
  async toList(): Promise<NestedArray> {
    const items = (await (this.values instanceof RaggedTensor ? this.values.toList() : this.values.array())) as NestedArray[];
    return this.rowSplits.slice(1).map((end, row) => items.slice(this.rowSplits[row], end)) as unknown as NestedArray;
  }

  toString(): string {
    return `RaggedTensor ${this.dtype}[${this.shape.map((dim) => dim ?? "?").join(",")}] of rows [${this.rowLengths().join(",")}]`;
  }
}

/** @throws ValueError for what is no list of numbers: the structure is plain numbers, no tensor. */
function requireNumbers(op: string, list: unknown, name: string): void {
  const isList = Array.isArray(list) || (ArrayBuffer.isView(list) && !(list instanceof DataView));
  if (isList && (list as unknown[]).every((item) => typeof item === "number")) return;
  const hint = isTensorBase(list) ? "; await its array() first" : "";
  throw new ValueError(`[${op}] ${name} must be a list of numbers: received ${describe(list)}${hint}`);
}

/** Number of elements (or rows) along the first axis. @throws ShapeError for a scalar, or where the number is unknown. */
function sizeOf(values: Tensor | RaggedTensor): number {
  const size = values instanceof RaggedTensor ? values.nrows : values.shape[0];
  if (size === undefined || Number.isNaN(size)) throw new ShapeError("[RaggedTensor] values must have a first axis of known size");
  return size;
}

function splitsOf(lengths: readonly number[]): number[] {
  const splits = [0];
  for (const length of lengths) splits.push((splits.at(-1) as number) + length);
  return splits;
}

/** Elements (or rows) at places known now. */
function pick(values: Tensor | RaggedTensor, places: readonly number[] | Int32Array): Tensor | RaggedTensor {
  if (values instanceof RaggedTensor) return values.gather([...places]);
  const { value } = values;
  if (places.length === 0) return part(values, 0, 0);
  return new Tensor(build.gather(value, input("RaggedTensor", Int32Array.from(places)), 0));
}

function part(values: Tensor | RaggedTensor, start: number, end: number): Tensor | RaggedTensor {
  if (values instanceof RaggedTensor) return values.slice(start, end);
  const { value } = values;
  const first = value.shape.map((_, axis) => (axis === 0 ? start : 0));
  return new Tensor(build.slice(value, first, [end, ...value.shape.slice(1)]));
}

/**
 * True for ragged tensors of any shape, false for tensors.
 *
 * @example
 * ragged.isRagged(RaggedTensor.fromRowLengths([3, 1], [2])); // true
 */
export function isRagged(x: unknown): x is RaggedTensor {
  return x instanceof RaggedTensor;
}

/** A ragged operand. @throws ValueError for anything else. */
export function raggedInput(op: string, x: unknown, name = "x"): RaggedTensor {
  if (isRagged(x)) return x;
  const hint = isTensorBase(x) ? "; RaggedTensor.fromTensor makes one of a padded tensor" : "";
  throw new ValueError(`[${op}] ${name} must be a RaggedTensor: received ${describe(x)}${hint}`);
}
