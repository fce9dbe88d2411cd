/** A piece of work for the device; a promise where the host must wait before it is done. */
export type Task = () => Promise<void> | void;

/**
 * Work in order. A task begins at once where nothing goes before it; behind one that waits for the device (a run that branches), it waits for its turn.
 */
export class Turns {
  readonly #waiting: Task[] = [];
  readonly #failed: (error: unknown) => void;
  #busy = false;

  /** `failed` hears of what a task throws when it is not run by {@link add} itself. */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  /** True where a task that is added now waits. */
  get isBusy(): boolean {
    return this.#busy;
  }

  /** Throws what the task throws where it begins at once. */
  add(task: Task): void {
    if (this.#busy) this.#waiting.push(task);
    else this.#begin(task);
  }

  #begin(task: Task): void {
    const done = task();
    if (done === undefined) return;
    this.#busy = true;
    void done.catch(this.#failed).then(() => this.#goOn());
  }

  #goOn(): void {
    this.#busy = false;
    while (!this.#busy) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      try {
        this.#begin(next);
      } catch (error) {
        this.#failed(error);
      }
    }
  }
}
