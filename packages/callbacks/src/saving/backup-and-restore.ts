import { optionsOf, SerializationError, ValueError } from "@neurite/core";
import { Callback } from "../callback.ts";
import { savable } from "./savable.ts";
import { BatchCounter, checkFrequency, type SaveFrequency } from "./save-frequency.ts";

/** Options of {@link BackupAndRestore}. */
export interface BackupAndRestoreOptions {
  /** "epoch" (default), or a number of batches to save after. With a number each batch is a call of the device of its own. */
  readonly saveFreq?: SaveFrequency;
  /** Keeps the state before the last one, too, for when that cannot be read; default false. */
  readonly doubleCheckpoint?: boolean;
  /** Takes the files away when training is done; default true. */
  readonly deleteCheckpoint?: boolean;
}

const [weightsFile, metadataFile] = ["latest.weights.h5", "training_metadata.json"];
const previous = ".bkp";

/**
 * Lets training go on where it was interrupted: keeps weights, optimizer and epoch in a folder, from which the next `fit` with the same folder takes
 * them and begins at that epoch. When training is done, the files go.
 *
 * An epoch that was begun is begun again, with the weights that were saved last. What random layers and the order of samples were to be is no part of
 * it. Needs a file system: Node, not a browser.
 *
 * @example
 * // Run it again after an interruption: it goes on.
 * await model.fit(x, y, { epochs: 100, callbacks: [new BackupAndRestore("backup")] });
 */
export class BackupAndRestore extends Callback {
  readonly backupDir: string;
  readonly #options: Required<BackupAndRestoreOptions>;
  #epoch = 0;
  #batch = 0;

  /**
   * @param backupDir The folder; for this training alone. It is made as needed.
   * @throws ValueError for no folder and wrong options.
   */
  constructor(backupDir: string, options: BackupAndRestoreOptions = {}) {
    super();
    this.#options = {
      saveFreq: "epoch",
      doubleCheckpoint: false,
      deleteCheckpoint: true,
      ...optionsOf("BackupAndRestore", options),
    };
    if (typeof backupDir !== "string" || backupDir === "")
      throw new ValueError(`[BackupAndRestore] backupDir must be the path of a folder: got ${JSON.stringify(backupDir)}`);
    this.backupDir = backupDir;
    const { saveFreq } = this.#options;
    if (checkFrequency("BackupAndRestore", saveFreq) === "epoch") return;
    const counter = new BatchCounter(saveFreq as number);
    this.onTrainBatchEnd = async (batch): Promise<void> => {
      this.#batch = batch;
      if (counter.reaches(batch)) await this.#save();
    };
  }

  /**
   * Takes up what the folder holds.
   * @throws SerializationError where the files cannot be read, or are of another model.
   */
  override async onTrainBegin(): Promise<void> {
    [this.#epoch, this.#batch] = [0, 0];
    try {
      await this.#restore();
    } catch (error) {
      if (!(error instanceof SerializationError) || !(await exists(this.#path(weightsFile + previous)))) throw error;
      const { copyFile } = await import("node:fs/promises");
      for (const file of [weightsFile, metadataFile]) await copyFile(this.#path(file + previous), this.#path(file));
      await this.#restore();
    }
  }

  override async onEpochEnd(epoch: number): Promise<void> {
    [this.#epoch, this.#batch] = [epoch + 1, 0];
    if (this.#options.saveFreq === "epoch") await this.#save();
  }

  override async onTrainEnd(): Promise<void> {
    if (!this.#options.deleteCheckpoint) return;
    const { rm, rmdir } = await import("node:fs/promises");
    const files = [weightsFile, metadataFile].flatMap((file) => [file, file + previous]);
    await Promise.all(files.map((file) => rm(this.#path(file), { force: true })));
    // A folder with something else in it stays.
    await rmdir(this.backupDir).catch(() => {});
  }

  async #restore(): Promise<void> {
    const [weights, metadata] = [this.#path(weightsFile), this.#path(metadataFile)];
    const model = savable("BackupAndRestore", this.model);
    if (await exists(weights)) await model.loadWeights(weights);
    if (!(await exists(metadata))) return;
    const { readFile } = await import("node:fs/promises");
    const epoch = epochIn(await readFile(metadata, "utf8"), metadata);
    this.#epoch = epoch;
    model.initialEpoch = epoch;
  }

  async #save(): Promise<void> {
    const { copyFile, mkdir, rename, writeFile } = await import("node:fs/promises");
    await mkdir(this.backupDir, { recursive: true });
    const [weights, metadata] = [this.#path(weightsFile), this.#path(metadataFile)];
    if (this.#options.doubleCheckpoint) {
      for (const file of [weights, metadata]) if (await exists(file)) await copyFile(file, file + previous);
    }
    await savable("BackupAndRestore", this.model).saveWeights(weights);
    const written = `${metadata}.tmp`;
    await writeFile(written, JSON.stringify({ epoch: this.#epoch, batch: this.#batch }));
    await rename(written, metadata);
  }

  #path(file: string): string {
    return `${this.backupDir}/${file}`;
  }
}

async function exists(path: string): Promise<boolean> {
  const { access } = await import("node:fs/promises");
  return access(path).then(() => true, () => false); // prettier-ignore
}

function epochIn(text: string, path: string): number {
  try {
    const { epoch } = JSON.parse(text) as { readonly epoch?: unknown };
    if (Number.isInteger(epoch) && (epoch as number) >= 0) return epoch as number;
  } catch (cause) {
    throw new SerializationError(`[BackupAndRestore] ${JSON.stringify(path)} is damaged: ${(cause as Error).message}`, { cause });
  }
  throw new SerializationError(`[BackupAndRestore] ${JSON.stringify(path)} is damaged: it tells no epoch`);
}
