import { encodeEvent, type Event } from "./event.ts";
import { frameRecord } from "./records.ts";

let files = 0;

/** A file that events are appended to, made at the first of them. Writes happen in order, in the background. */
export class EventFile {
  readonly #folder: string;
  readonly #suffix: string;
  #path: string | null = null;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(folder: string, suffix: string) {
    this.#folder = folder;
    this.#suffix = suffix;
  }

  /** Where it is; null before the first event was written. */
  get path(): string | null {
    return this.#path;
  }

  append(event: Omit<Event, "wallTime">): void {
    const record = frameRecord(encodeEvent({ wallTime: Date.now() / 1000, ...event }));
    this.#waiting.push(record);
    this.#waitingBytes += record.length;
    // Errors are told at the next flush; until then nobody waits for this.
    if (this.#waitingBytes > 1 << 20) this.flush().catch(() => {});
  }

  /** Writes what waits. Rejects with the first error of this or earlier writes. */
  async flush(): Promise<void> {
    const records = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#writing = this.#writing.then(async () => this.#write(records));
    return this.#writing;
  }

  async #write(records: readonly Uint8Array[]): Promise<void> {
    if (records.length === 0) return;
    const { appendFile, mkdir } = await import("node:fs/promises");
    const { hostname } = await import("node:os");
    const { join } = await import("node:path");
    const start: Uint8Array[] = [];
    if (this.#path === null) {
      await mkdir(this.#folder, { recursive: true });
      const seconds = Math.floor(Date.now() / 1000);
      this.#path = join(this.#folder, `events.out.tfevents.${seconds}.${hostname()}.${process.pid}.${files++}${this.#suffix}`);
      start.push(frameRecord(encodeEvent({ wallTime: Date.now() / 1000, step: 0, fileVersion: "brain.Event:2" })));
    }
    await appendFile(this.#path, Buffer.concat([...start, ...records]));
  }
}
