import { SerializationError } from "@neurite/core";
import type * as h5wasm from "h5wasm";

/** The HDF5 library and its memory. */
export interface Hdf5Library {
  readonly File: typeof h5wasm.File;
  readonly module: Awaited<typeof h5wasm.ready>;
}

let library: Promise<Hdf5Library> | null = null;

/**
 * The HDF5 library, loaded at its first use: it is 4 MB of WebAssembly. Files are in its own memory, so that nothing in them, such as links to
 * other files, reaches the disk.
 *
 * @throws SerializationError, with its cause, where WebAssembly cannot run.
 */
export function loadHdf5Library(): Promise<Hdf5Library> {
  library ??= load().catch((cause: unknown) => {
    library = null;
    throw new SerializationError(`[hdf5] the HDF5 library cannot be loaded: ${(cause as Error).message}`, { cause });
  });
  return library;
}

async function load(): Promise<Hdf5Library> {
  const { default: loaded } = await import("h5wasm");
  const module = await loaded.ready;
  // Errors are thrown, and not printed.
  (module as unknown as { activate_throwing_error_handler(): void }).activate_throwing_error_handler();
  return { File: loaded.File, module };
}
