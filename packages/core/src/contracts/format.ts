import type { Registry } from "../registry/registry.ts";

/** A file, or a folder of files, that a model or the weights of one are read from. */
export interface ModelFile {
  /** Its path or name, for messages and to tell formats apart; null for bytes of unknown origin. */
  readonly name: string | null;
  /** Its bytes; none of a folder. */
  readonly bytes: Uint8Array;
  /** Of a folder the names of the files in it, also in folders of its own: "assets/layers/…"; null for a file. */
  readonly members: readonly string[] | null;
  /**
   * The file of that name in the same folder, where models are spread over several; of a folder the member of that name.
   * @throws SerializationError when there is none, or the origin has no folder.
   */
  readBeside(name: string): Promise<Uint8Array>;
}

/** Options of loading a model. */
export interface LoadModelOptions {
  /** Where the names in the file are looked up, and nowhere else. */
  readonly registry: Registry;
  /** Whether the model comes compiled as it was saved, its optimizer's state included. */
  readonly compile: boolean;
}

/** Options of loading weights into a model. */
export interface LoadWeightsOptions {
  /** Leaves out weights of another shape, or that one side lacks, instead of refusing the file. */
  readonly skipMismatch: boolean;
}

/** Options of writing a model. */
export interface SaveModelOptions {
  /** Whether it is one file; else several in a folder. */
  readonly zipped: boolean;
}

/** Options of writing the weights of a model. */
export interface SaveWeightsOptions {
  /** Spreads them over several files, none of which holds more than this, in GB; null: one file. */
  readonly maxShardSize: number | null;
}

/** A file to be written. */
export interface WrittenFile {
  /** Its name, with those of folders before it: "clothes/assets/words.txt". */
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * A kind of model files: an entry of kind "formats" in a registry. What loads and saves models finds formats there, so that neither models nor
 * callbacks import one.
 */
export interface ModelFormat {
  /** In words, for messages: "Keras 3 archive". */
  readonly description: string;
  /** Ends of file names: ".keras". */
  readonly extensions: readonly string[];
  /** Whether a file can be of this format. More than one may say so of weights: the first that has what is asked for is taken. */
  recognizes(file: ModelFile): boolean;
  /**
   * Makes the model that a file holds, with its weights.
   * @throws SerializationError for a file that is damaged, or holds something that is not in the registry.
   */
  loadModel?(file: ModelFile, options: LoadModelOptions): Promise<unknown>;
  /**
   * Sets the weights of a model that has been built.
   * @throws SerializationError, with the model as it was, for a file that is damaged or does not fit.
   */
  loadWeights?(model: unknown, file: ModelFile, options: LoadWeightsOptions): Promise<void>;
  /**
   * The file of a model, or the files in its folder: what it is made of, its weights, and where it was compiled the state of training. Nothing is
   * written yet.
   *
   * @param name The name of the file or folder.
   * @throws SerializationError for what configs cannot hold.
   */
  saveModel?(model: unknown, name: string, options: SaveModelOptions): Promise<readonly WrittenFile[]>;
  /**
   * The files of a model's weights, and where it was compiled of the optimizer's state. Nothing is written yet.
   *
   * @param name The name of the first of them, which is the one to load from.
   * @throws SerializationError for options that the format does not take.
   */
  saveWeights?(model: unknown, name: string, options: SaveWeightsOptions): Promise<readonly WrittenFile[]>;
}
