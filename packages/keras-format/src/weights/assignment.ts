import { SerializationError, tensor, type Tensor, type Variable } from "@neurite/core";
import { convertData, type StoredArray } from "../hdf5/stored-array.ts";

/** Which array of a file a variable gets. */
interface Pair {
  readonly variable: Variable;
  readonly array: StoredArray;
}

/** What is to be set, and what does not fit. Nothing is set before everything was checked and read. */
export class Assignment {
  /** What messages call the file. */
  readonly file: string;
  readonly #skipMismatch: boolean;
  readonly #pairs: Pair[] = [];
  readonly #problems: string[] = [];
  readonly #afterwards: (() => void)[] = [];

  /** @param file What messages call the file. */
  constructor(file: string, skipMismatch: boolean) {
    this.file = file;
    this.#skipMismatch = skipMismatch;
  }

  /** Notes something that does not fit. */
  refuse(problem: string): void {
    this.#problems.push(problem);
  }

  /** Something to do once all is set. */
  afterwards(job: () => void): void {
    this.#afterwards.push(job);
  }

  /** Gives each variable the array at its place. `owner` is what messages call the layer they belong to. */
  give(owner: string, variables: readonly Variable[], arrays: readonly StoredArray[]): void {
    if (variables.length !== arrays.length) {
      const [inModel, inFile] = [variables.map(describeVariable), arrays.map(describeArray)].map((list) => list.join(", ") || "none");
      this.refuse(`${owner} has ${variables.length} weights (${inModel}), the file has ${arrays.length} (${inFile})`);
      return;
    }
    variables.forEach((variable, i) => this.#give(owner, variable, arrays[i] as StoredArray));
  }

  #give(owner: string, variable: Variable, array: StoredArray): void {
    const fits = variable.shape.length === array.shape.length && variable.shape.every((dim, i) => dim === array.shape[i]);
    if (fits) this.#pairs.push({ variable, array });
    else this.refuse(`weight "${variable.name}" of ${owner} has shape [${variable.shape}], ${array.path} of the file [${array.shape}]`);
  }

  /**
   * Sets the variables.
   * @throws SerializationError, with all variables as they were, if something did not fit or cannot be read.
   */
  commit(): void {
    if (this.#problems.length > 0 && !this.#skipMismatch) {
      const shown = this.#problems.slice(0, 5).map((problem) => `\n  ${problem}`);
      const more = this.#problems.length - shown.length;
      throw new SerializationError(
        `[load] ${this.file} does not fit the model:${shown.join("")}${more > 0 ? `\n  and ${more} more` : ""}\n` +
          "Nothing was set; with { skipMismatch: true } what fits is",
      );
    }
    const values = this.#pairs.map(({ variable, array }): [Variable, Tensor] => {
      const { data, dtype } = convertData(array, variable.dtype);
      return [variable, tensor(data, { dtype, shape: array.shape })];
    });
    for (const [variable, value] of values) variable.assign(value);
    for (const job of this.#afterwards) job();
  }
}

const describeVariable = ({ name, shape }: Variable): string => `${name} [${shape}]`;
const describeArray = ({ path, shape }: StoredArray): string => `${path} [${shape}]`;
