import type { KeyWriter } from "./key-writer.ts";

interface Entry<T> {
  readonly hash: number;
  readonly key: Int32Array;
  readonly value: T;
}

function matches(entry: Entry<unknown>, writer: KeyWriter): boolean {
  const { key } = entry;
  if (key.length !== writer.length || entry.hash !== writer.hash) return false;
  const { data } = writer;
  for (let i = 0; i < key.length; i++) if (key[i] !== data[i]) return false;
  return true;
}

/** Things by structure. Compares whole keys, so that equal hashes do no harm; drops what was not used for longest. */
export class ProgramCache<T> {
  readonly #limit: number;
  readonly #drop: (value: T) => void;
  /** In order of last use; entries of one hash are a list. */
  readonly #buckets = new Map<number, Entry<T>[]>();
  #last: Entry<T> | null = null;
  #size = 0;

  constructor(limit: number, drop: (value: T) => void) {
    this.#limit = limit;
    this.#drop = drop;
  }

  get size(): number {
    return this.#size;
  }

  /** What was kept under the key that `writer` holds. */
  find(writer: KeyWriter): T | undefined {
    if (this.#last !== null && matches(this.#last, writer)) return this.#last.value;
    const { hash } = writer;
    const bucket = this.#buckets.get(hash);
    const entry = bucket?.find((candidate) => matches(candidate, writer));
    if (bucket === undefined || entry === undefined) return undefined;
    this.#buckets.delete(hash);
    this.#buckets.set(hash, bucket);
    this.#last = entry;
    return entry.value;
  }

  /** Keeps `value` under a key that is not there yet. */
  add(hash: number, key: Int32Array, value: T): void {
    if (this.#size >= this.#limit) this.#dropOldest();
    const entry: Entry<T> = { hash, key, value };
    const bucket = this.#buckets.get(hash) ?? [];
    bucket.push(entry);
    this.#buckets.delete(hash);
    this.#buckets.set(hash, bucket);
    this.#last = entry;
    this.#size++;
  }

  #dropOldest(): void {
    const oldest = this.#buckets.entries().next().value;
    if (oldest === undefined) return;
    const [hash, bucket] = oldest;
    const entry = bucket.shift() as Entry<T>;
    if (bucket.length === 0) this.#buckets.delete(hash);
    if (this.#last === entry) this.#last = null;
    this.#size--;
    this.#drop(entry.value);
  }
}
