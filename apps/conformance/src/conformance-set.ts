/** One of the folders A … E. */
export interface ConformanceSet {
  /** Its cases in `folder`, the set's own; none where the folder is not there. */
  cases(folder: string): Promise<readonly ConformanceCase[]>;
}

/** One comparison with Keras. */
export interface ConformanceCase {
  /** As in the format's index: "conv2d_k1", "losses/mae__reg", "add/01". */
  readonly name: string;
  /** The backend of Keras that gave the expected results, where the case says: "tensorflow" or "torch". */
  readonly backend?: string | undefined;
  /**
   * Runs it on the default device. Resolves to what is wrong, one line each with its numbers; to nothing if all is right.
   * @throws NotBuilt where the thing tested does not exist; anything else counts as a failure.
   */
  run(): Promise<readonly string[]>;
}

/** Thrown by a case whose subject does not exist: it counts as skipped. */
export class NotBuilt extends Error {
  override name = "NotBuilt";
}
