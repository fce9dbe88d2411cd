/** Batches that come one by one: from iterables, async iterables and generator functions. */
import { describeValue, isTensor, ValueError } from "@neurite/core";
import type { Data, Job } from "./data.ts";

/**
 * One batch: [x, y] or [x, y, sampleWeight], arrays with samples along their first axes. For `predict` also x alone, unless it is a list whose
 * first entry is a tensor, typed array or object: that is taken for [x, …].
 */
export type StreamBatch = Data | readonly [x: Data, y?: Data | null, sampleWeight?: Data | null];

/**
 * Batches that come one by one. An iterable that can be gone through again is gone through once an epoch; a generator goes on where it was; a
 * function is called for an iterable of each epoch.
 */
export type BatchStream<B = StreamBatch> = Iterable<B> | AsyncIterable<B> | (() => Iterable<B> | AsyncIterable<B>);

type Iterating = AsyncIterator<unknown> | Iterator<unknown>;

/** True for what gives batches one by one, false for arrays and trees of them. */
export function isStream(data: unknown): data is BatchStream {
  if (isTensor(data) || Array.isArray(data) || ArrayBuffer.isView(data)) return false;
  if (typeof data === "function") return true;
  return typeof data === "object" && data !== null && (Symbol.asyncIterator in data || Symbol.iterator in data);
}

/** The parts of one batch. */
export interface BatchParts {
  readonly x: Data;
  readonly y: Data | null;
  readonly sampleWeight: Data | null;
}

/**
 * Splits a batch of a stream.
 *
 * @throws ValueError for what is no list of one to three parts.
 */
function partsOf(job: Job, batch: unknown, index: number): BatchParts {
  const isList = Array.isArray(batch);
  if (job === "predict" && !(isList && isPart(batch[0]))) return { x: batch as Data, y: null, sampleWeight: null };
  if (!isList || batch.length < 1 || batch.length > 3) {
    const got = isList ? `a list of ${batch.length}` : describeValue(batch);
    throw new ValueError(`[${job}] each batch must be [x, y] or [x, y, sampleWeight]: batch ${index} is ${got}`);
  }
  const [x, y = null, sampleWeight = null] = batch as [Data, Data?, Data?];
  return { x, y, sampleWeight };
}

const isPart = (x: unknown): boolean => isTensor(x) || ArrayBuffer.isView(x) || (typeof x === "object" && x !== null && !Array.isArray(x));

/** Goes through a stream, epoch by epoch. */
export class StreamReader {
  readonly #job: Job;
  readonly #stream: BatchStream;
  #iterator: Iterating | null = null;
  /** Batches taken of the iterator. */
  #taken = 0;

  constructor(job: Job, stream: BatchStream) {
    this.#job = job;
    this.#stream = stream;
  }

  /** Number of batches where the stream says it: its `cardinality`, or `length`. */
  get length(): number | null {
    const { cardinality, length } = this.#stream as { cardinality?: unknown; length?: unknown };
    const said = typeof this.#stream === "function" ? cardinality : (cardinality ?? length);
    return typeof said === "number" && Number.isInteger(said) && said >= 0 ? said : null;
  }

  /** Begins with the first batch again, where the stream can be gone through again. */
  async restart(): Promise<void> {
    await this.close();
    this.#taken = 0;
  }

  /** The next batch; null at the end, after which the next call begins anew. */
  async next(): Promise<BatchParts | null> {
    this.#iterator ??= this.#begin();
    const { done, value } = await this.#iterator.next();
    if (done !== true) return partsOf(this.#job, value, this.#taken++);
    this.#iterator = null;
    this.#taken = 0;
    return null;
  }

  /** Lets go of the iterator: generators run their `finally`. A generator given itself, not by a function, goes on at the next job. */
  async close(): Promise<void> {
    const iterator = this.#iterator;
    this.#iterator = null;
    if (iterator !== null && iterator !== (this.#stream as unknown)) await iterator.return?.();
  }

  #begin(): Iterating {
    const source = typeof this.#stream === "function" ? this.#stream() : this.#stream;
    if (typeof source === "object" && source !== null) {
      if (Symbol.asyncIterator in source) return source[Symbol.asyncIterator]();
      if (Symbol.iterator in source) return source[Symbol.iterator]();
    }
    throw new ValueError(`[${this.#job}] a function given as data must return an iterable of batches`);
  }
}
