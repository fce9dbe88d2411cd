/** What computes. Replace this file: here it is the reference interpreter, standing in for a device with memory of its own. */
import { reference } from "@neurite/backend-reference";
import type { Backend, Executable, Graph, Storage } from "@neurite/core";

export class Device {
  readonly #interpreter: Backend = reference();

  /** Primitives that it cannot run, with the reason; `compile` refuses graphs with them. Eigenvectors stand for what a young device lacks. */
  readonly unsupported: Backend["capabilities"]["unsupported"] = new Map([
    ["eig", "eigenvalues of general matrices are not on this device yet"],
  ]);
  readonly dtypes: Backend["capabilities"]["dtypes"] = this.#interpreter.capabilities.dtypes;

  prepare(graph: Graph): Executable {
    return this.#interpreter.compile(graph);
  }

  release(prepared: Executable): void {
    this.#interpreter.release(prepared);
  }

  /** Runs a graph once: bytes go in, and new bytes come out. Nothing that it was given changes, so a run that throws changes nothing. */
  run(
    prepared: Executable,
    inputs: readonly Uint8Array[],
    state: readonly Uint8Array[],
    scalars: readonly number[],
  ): { outputs: readonly Uint8Array[]; state: readonly Uint8Array[] } {
    const [held, kept] = [inputs, state].map((arrays) => arrays.map((bytes) => this.#upload(bytes))) as [Storage[], Storage[]];
    const results: Storage[] = [];
    const program = this.#interpreter.bind(prepared, kept);
    try {
      results.push(...this.#interpreter.run(program, held, scalars));
      return { outputs: results.map((storage) => this.#download(storage)), state: kept.map((storage) => this.#download(storage)) };
    } finally {
      this.#interpreter.release(program);
      for (const storage of [...held, ...kept, ...results]) this.#interpreter.free(storage);
    }
  }

  dispose(): void {
    this.#interpreter.dispose();
  }

  #upload(bytes: Uint8Array): Storage {
    const storage = this.#interpreter.alloc(bytes.byteLength);
    this.#interpreter.write(storage, bytes);
    return storage;
  }

  #download(storage: Storage): Uint8Array {
    return new Uint8Array(this.#interpreter.readSync!(storage, 0, storage.bytes));
  }
}
