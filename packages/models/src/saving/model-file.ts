import { describeValue, type ModelFile, SerializationError } from "@neurite/core";

/** Where a model file is: a path (also of a folder that holds a model), a `file:` or `http(s):` URL, or its bytes. */
export type ModelSource = string | URL | Uint8Array | ArrayBuffer | Blob;

/**
 * Reads the file.
 *
 * @throws SerializationError, with its cause, when it cannot be read.
 *
 * @example
 * const file = await readModelFile("digits.keras");
 * file.bytes.length; // as the file has
 */
export async function readModelFile(source: ModelSource): Promise<ModelFile> {
  if (source instanceof Uint8Array) return fromBytes(source);
  if (source instanceof ArrayBuffer) return fromBytes(new Uint8Array(source));
  if (typeof Blob !== "undefined" && source instanceof Blob) {
    return fromBytes(new Uint8Array(await source.arrayBuffer()), (source as { readonly name?: string }).name);
  }
  if (typeof source === "string" || source instanceof URL) {
    const url = toUrl(source);
    return url === null || url.protocol === "file:" ? fromDisk(url ?? (source as string)) : fromWeb(url);
  }
  throw new SerializationError(`[load] a model file is given by its path, URL or bytes: received ${describeValue(source)}`);
}

function toUrl(source: string | URL): URL | null {
  if (source instanceof URL) return source;
  return /^(https?|file):\/\//.test(source) ? new URL(source) : null;
}

function fromBytes(bytes: Uint8Array, name: string | null = null): ModelFile {
  return {
    name,
    bytes,
    members: null,
    readBeside: (wanted) =>
      Promise.reject(
        new SerializationError(`[load] the file ${JSON.stringify(wanted)} is needed too, and bytes have no folder: give a path or URL`),
      ),
  };
}

async function fromDisk(path: string | URL): Promise<ModelFile> {
  const [{ readFile, stat }, { basename, dirname, join }, { fileURLToPath }] = await Promise.all([
    import("node:fs/promises"),
    import("node:path"),
    import("node:url"),
  ]);
  const file = typeof path === "string" ? path : fileURLToPath(path);
  const read = async (name: string): Promise<Uint8Array> => {
    try {
      return await readFile(name);
    } catch (cause) {
      throw new SerializationError(`[load] cannot read ${JSON.stringify(name)}: ${(cause as Error).message}`, { cause });
    }
  };
  if (await stat(file).then((found) => found.isDirectory(), () => false)) return folderOf(file, read); // prettier-ignore
  return {
    name: file,
    bytes: await read(file),
    members: null,
    // The name comes out of a file: it may not lead out of the folder.
    readBeside: (name) => read(join(dirname(file), basename(name))),
  };
}

/** A model as the files in a folder. */
async function folderOf(folder: string, read: (file: string) => Promise<Uint8Array>): Promise<ModelFile> {
  const [{ readdir }, { join, relative, sep }] = await Promise.all([import("node:fs/promises"), import("node:path")]);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => relative(folder, join(parentPath, name)));
  const members = files.map((file) => file.split(sep).join("/"));
  return {
    name: folder,
    bytes: new Uint8Array(0),
    members,
    readBeside: (name) => {
      if (members.includes(name)) return read(join(folder, name));
      return Promise.reject(new SerializationError(`[load] the folder ${JSON.stringify(folder)} has no file ${JSON.stringify(name)}`));
    },
  };
}

async function fromWeb(url: URL): Promise<ModelFile> {
  const read = async (from: URL): Promise<Uint8Array> => {
    try {
      const response = await fetch(from);
      if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
      return new Uint8Array(await response.arrayBuffer());
    } catch (cause) {
      throw new SerializationError(`[load] cannot fetch ${from.href}: ${(cause as Error).message}`, { cause });
    }
  };
  return {
    name: url.pathname,
    bytes: await read(url),
    members: null,
    readBeside: (name) => read(new URL(encodeURIComponent(name.split("/").at(-1) as string), url)),
  };
}
