import { type AnyTensor, describeValue, isTensor, optionsOf, tensor, type TensorLike, ValueError } from "@neurite/core";
import { EventFile } from "./event-file/event-file.ts";
import type { Summary } from "./event-file/summary.ts";
import { audioSummary } from "./summaries/audio.ts";
import { histogramSummary } from "./summaries/histogram.ts";
import { imageSummary } from "./summaries/image.ts";
import { scalarSummary } from "./summaries/scalar.ts";
import { textSummary } from "./summaries/text.ts";

/** Options of every summary. */
export interface SummaryOptions {
  /** Place on the horizontal axis: a step of training, an epoch. */
  readonly step: number;
  /** Shown beside it, as Markdown. */
  readonly description?: string;
}

/** Options of writing a histogram. */
export interface HistogramOptions extends SummaryOptions {
  /** Default 30. */
  readonly buckets?: number;
}

/** Options of writing images. */
export interface ImageOptions extends SummaryOptions {
  /** Pictures that are kept. Default 3. */
  readonly maxOutputs?: number;
}

/** Options of writing audio. */
export interface AudioOptions extends SummaryOptions {
  /** Frames a second, in hertz. */
  readonly sampleRate: number;
  /** Clips that are kept. Default 3. */
  readonly maxOutputs?: number;
}

/** Options of {@link FileWriter}. */
export interface FileWriterOptions {
  /** End of the file's name. Default ".v2". */
  readonly filenameSuffix?: string;
}

/**
 * Writes summaries that TensorBoard shows, to a file of its own in a folder. Calls return at once; what they were given is read and written in
 * order in the background, and errors of that surface at `flush` or `close`. Needs a file system: Node, not a browser.
 *
 * @throws ValueError for an empty path, names and steps that are none, or a number of buckets below 1; what cannot be written comes at
 * `flush` and `close`.
 *
 * @example
 * const writer = createFileWriter("logs/run1");
 * for (let step = 1; step <= 100; step++) {
 *   writer.scalar("my_scalar", Math.sin(step / 10), { step });
 *   writer.histogram("my_histogram", random.normal([100]), { step, buckets: 50 });
 * }
 * await writer.close();
 */
export class FileWriter {
  readonly #file: EventFile;
  #last: Promise<void> = Promise.resolve();
  #failure: { readonly error: unknown } | null = null;
  #closed = false;

  constructor(logDir: string, options: FileWriterOptions = {}) {
    if (typeof logDir !== "string" || logDir === "")
      throw new ValueError(`[createFileWriter] logDir must be the path of a folder: received ${describeValue(logDir)}`);
    this.#file = new EventFile(logDir, optionsOf("createFileWriter", options).filenameSuffix ?? ".v2");
  }

  /** The file's path; null before something was written. */
  get path(): string | null {
    return this.#file.path;
  }

  /** A number: a plain one, or a tensor of one element. */
  scalar(name: string, data: TensorLike, options: SummaryOptions): void {
    this.#write("scalar", name, options, async () => {
      const value = typeof data === "number" ? data : await asTensor(data).item();
      return scalarSummary(name, Number(value), options.description);
    });
  }

  /** How the values of a tensor of any shape are distributed. They must be finite. */
  histogram(name: string, data: TensorLike, options: HistogramOptions): void {
    const { buckets = 30 } = optionsOf("histogram", options);
    if (!Number.isInteger(buckets) || buckets < 1) throw new ValueError(`[histogram] buckets must be a positive integer: got ${buckets}`);
    const values = asTensor(data);
    this.#write("histogram", name, options, async () => histogramSummary(name, await numbersOf(values), buckets, options.description));
  }

  /** Pictures, [pictures, height, width, channels]: floats from 0 to 1, or uint8. 1 channel is gray, 3 are colours, 4 with opacity. */
  image(name: string, data: TensorLike, options: ImageOptions): void {
    const { maxOutputs = 3 } = optionsOf("image", options);
    const pictures = asTensor(data);
    this.#write("image", name, options, async () =>
      imageSummary(name, await numbersOf(pictures), pictures.shape, { ...options, isBytes: pictures.dtype === "uint8", maxOutputs }),
    );
  }

  /** Text, shown as Markdown: one string, or a list of them as a table. */
  text(name: string, data: string | readonly string[], options: SummaryOptions): void {
    this.#write("text", name, options, async () => textSummary(name, data, options.description));
  }

  /** Sounds, [clips, frames, channels], from -1 to 1. */
  audio(name: string, data: TensorLike, options: AudioOptions): void {
    const { maxOutputs = 3 } = optionsOf("audio", options);
    const clips = asTensor(data);
    this.#write("audio", name, options, async () => audioSummary(name, await numbersOf(clips), clips.shape, { ...options, maxOutputs }));
  }

  /** A summary for any plugin of TensorBoard. */
  summary(summary: Summary, options: SummaryOptions): void {
    this.#write("summary", summary.tag, options, async () => summary);
  }

  /** A graph, as a serialized GraphDef. */
  graph(graphDef: Uint8Array): void {
    this.#enqueue(async () => this.#file.append({ step: 0, graphDef }));
  }

  #write(kind: string, name: string, { step }: SummaryOptions, summary: () => Promise<Summary>): void {
    if (typeof name !== "string" || name === "") throw new ValueError(`[${kind}] the name must be a string that is not empty`);
    if (!Number.isSafeInteger(step)) throw new ValueError(`[${kind}] step must be an integer: got ${String(step)}`);
    this.#enqueue(async () => this.#file.append({ step, summaries: [await summary()] }));
  }

  #enqueue(work: () => Promise<void>): void {
    if (this.#closed) throw new ValueError("[FileWriter] the writer is closed");
    this.#last = this.#last.then(work).catch((error: unknown) => {
      this.#failure ??= { error };
    });
  }

  /** Resolves when everything given so far is in the file. Rejects with the first error since the last flush. */
  async flush(): Promise<void> {
    await this.#last;
    await this.#file.flush();
    const failure = this.#failure;
    this.#failure = null;
    if (failure !== null) throw failure.error;
  }

  /** Flushes, and takes no more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.flush();
  }
}

/**
 * A writer of summaries in `logDir`, which is made where it is missing.
 *
 * @throws ValueError when `logDir` is no path.
 *
 * @example
 * const writer = createFileWriter("logs/run1");
 * writer.scalar("loss", 0.5, { step: 1 });
 * await writer.close();
 */
export function createFileWriter(logDir: string, options: FileWriterOptions = {}): FileWriter {
  return new FileWriter(logDir, options);
}

function asTensor(data: TensorLike): AnyTensor {
  return isTensor(data) ? data : tensor(data as number[]);
}

async function numbersOf(values: AnyTensor): Promise<ArrayLike<number>> {
  const data = await values.data();
  return data instanceof BigInt64Array ? Float64Array.from(data, Number) : (data as ArrayLike<number>);
}
