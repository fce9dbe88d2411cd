import { type AnyTensor, build, compile, type CompiledFunction, getDefaultDevice, Tensor, Variable } from "@neurite/core";
import { groupTime, nextMacrotask, now, yieldInterval } from "./clock.ts";

/** The arrays an epoch walks over; `order` holds the row numbers in the order they are visited (null: as they are). */
export interface EpochData {
  readonly x: readonly AnyTensor[];
  readonly y: readonly AnyTensor[];
  /** One weight a sample; absent or one tensor. */
  readonly sampleWeight: readonly AnyTensor[];
  readonly order: readonly AnyTensor[];
}

/** What one batch does, given its rows; results are gathered by the caller. */
export type BatchBody<R> = (batch: { readonly x: Tensor[]; readonly y: Tensor[]; readonly sampleWeight: Tensor | null }) => R;

/**
 * Batches taken inside the program: the whole arrays are its inputs and a variable says where the next batch starts, so that a step needs
 * nothing from the host, and several steps can be one call.
 */
export class BatchWalker<R> {
  readonly #name: string;
  readonly #body: BatchBody<R>;
  readonly #cursor: Variable = new Variable(0, { dtype: "int32", name: "batch_cursor", trainable: false });
  readonly #steps = new Map<number, CompiledFunction<[EpochData], R>>();
  readonly #rewind = compile(() => void this.#cursor.assign(0), { name: "rewind" });

  constructor(name: string, body: BatchBody<R>) {
    this.#name = name;
    this.#body = body;
  }

  /** Starts again at the first row. */
  rewind(): void {
    this.#rewind();
  }

  /** The function that does one batch of `size` rows. */
  step(size: number): CompiledFunction<[EpochData], R> {
    let step = this.#steps.get(size);
    if (step === undefined) {
      step = compile((data: EpochData) => this.#body(this.#take(data, size)), { name: this.#name });
      this.#steps.set(size, step);
    }
    return step;
  }

  #take(data: EpochData, size: number): { x: Tensor[]; y: Tensor[]; sampleWeight: Tensor | null } {
    const start = this.#cursor.value;
    let rows = build.add(start, build.iota([size], 0));
    const [order] = data.order;
    if (order !== undefined) rows = build.gather(order.value, rows, 0);
    this.#cursor.assign(new Tensor(build.add(start, size)));
    const pick = (array: AnyTensor): Tensor => new Tensor(build.gather(array.value, rows, 0));
    const [weight] = data.sampleWeight;
    return { x: data.x.map(pick), y: data.y.map(pick), sampleWeight: weight === undefined ? null : pick(weight) };
  }
}

/** When the event loop last had its turn, whoever trains. */
let lastYield = 0;

/** Hands the event loop back at intervals, and keeps the device from being flooded. */
export class Pacer {
  #group = 1;

  /** How many steps the next call should take so that it lasts a few milliseconds. */
  get group(): number {
    return this.#group;
  }

  /** Waits for the work just queued (`steps` of them, begun at `started`); throws its errors. */
  async settle(steps: number, started: number): Promise<void> {
    await getDefaultDevice().sync();
    const time = now();
    const perStep = Math.max(1e-3, (time - started) / steps);
    this.#group = Math.max(1, Math.min(1024, Math.floor(groupTime / perStep)));
    if (time - lastYield > yieldInterval) {
      await nextMacrotask();
      lastYield = now();
    }
  }
}
