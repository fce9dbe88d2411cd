import { build, compile, type CompiledFunction, type PreparedCall, type ProgramDescription, Tensor, Variable } from "@neurite/core";
import { Pacer } from "./pacer.ts";
import { type BatchRows, type EpochData, takeRows } from "./rows.ts";

/**
 * Batches taken inside the program: the whole arrays are its inputs and a variable says where the next batch starts, so that a step needs
 * nothing from the host, and several steps can be one call.
 */
export class BatchWalker {
  readonly #cursor: Variable = new Variable(0, { dtype: "int32", name: "batch_cursor", trainable: false });
  readonly #step: CompiledFunction<[EpochData, string], void>;
  readonly #rewind = compile(() => void this.#cursor.assign(0), { name: "rewind" });
  readonly #pacers = new Map<number, Pacer>();

  /**
   * @param name What errors and traces call a step.
   * @param body Does one batch.
   */
  constructor(name: string, body: (batch: BatchRows) => void) {
    // The size of a batch is part of the program: strings tell programs apart, numbers would be passed at run time.
    const step = (data: EpochData, size: string): void => {
      const start = this.#cursor.value;
      this.#cursor.assign(new Tensor(build.add(start, Number(size))));
      body(takeRows(data, start, Number(size)));
    };
    this.#step = compile(step, { name, cacheSize: 32, onRetrace: () => {} });
  }

  /** Starts again at the first row. */
  rewind(): void {
    this.#rewind();
  }

  /** The call that does the next batch of `size` rows. */
  prepare(data: EpochData, size: number): PreparedCall<void> {
    return this.#step.prepare(data, String(size));
  }

  /** The program of batches of `size` rows. */
  describe(data: EpochData, size: number): ProgramDescription {
    return this.#step.describe(data, String(size));
  }

  /** Measures batches of this size, over all epochs and fits. */
  pacerOf(size: number): Pacer {
    let pacer = this.#pacers.get(size);
    if (pacer === undefined) this.#pacers.set(size, (pacer = new Pacer()));
    return pacer;
  }
}
