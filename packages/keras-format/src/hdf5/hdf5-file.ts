import { SerializationError } from "@neurite/core";
import type { File as H5File, Dataset, Group } from "h5wasm";
import { type Hdf5Library, loadHdf5Library } from "./library.ts";
import type { StoredArray, StoredData, StoredDType } from "./stored-array.ts";

/** Classes of element types, as HDF5 numbers them. */
const integerClass = 0;
const floatClass = 1;
const opaqueClass = 5;
const enumClass = 8;

let nextFile = 0;

/** True where a file begins as HDF5 does. Its superblock may come after a block of the user's, of 512 bytes or a power of two times that. */
export function isHdf5(bytes: Uint8Array): boolean {
  const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
  for (let start = 0; start + signature.length <= bytes.length; start = start === 0 ? 512 : start * 2) {
    if (signature.every((byte, i) => bytes[start + i] === byte)) return true;
  }
  return false;
}

/**
 * Opens a file in memory, and closes it after `body`.
 *
 * @param name What messages call it.
 * @throws SerializationError when it is no HDF5 file or damaged, and what `body` throws.
 */
export async function withHdf5<T>(bytes: Uint8Array, name: string, body: (file: Hdf5File) => T): Promise<Awaited<T>> {
  if (!isHdf5(bytes))
    throw new SerializationError(`[load] ${name} is no HDF5 file, or damaged: its ${bytes.length} bytes do not begin as one`);
  const library = await loadHdf5Library();
  const path = `/model-${nextFile++}.h5`;
  library.module.FS.writeFile(path, bytes);
  let file: H5File | null = null;
  try {
    file = reading(name, "", () => new library.File(path, "r"));
    return await body(new Hdf5File(library, file, name));
  } finally {
    try {
      file?.close();
    } catch {
      // A damaged file may not close; its memory goes all the same.
    }
    library.module.FS.unlink(path);
  }
}

/** Errors of the HDF5 library run to pages: the last frame says what was wrong with the data. */
function reading<T>(name: string, path: string, body: () => T): T {
  try {
    return body();
  } catch (cause) {
    if (cause instanceof SerializationError) throw cause;
    const message = cause instanceof Error ? cause.message : String(cause);
    const frames = [...message.matchAll(/\(\): (.*)/g)];
    const reason = frames.at(-1)?.[1] ?? message.split("\n")[0];
    throw new SerializationError(`[load] ${name} is damaged${path === "" ? "" : ` at ${JSON.stringify(path)}`}: ${reason}`, { cause });
  }
}

/** An open HDF5 file. */
export class Hdf5File {
  readonly name: string;
  readonly #library: Hdf5Library;
  readonly #file: H5File;
  readonly #types = new Map<string, "group" | "dataset">();
  readonly #names = new Map<string, readonly string[]>();

  constructor(library: Hdf5Library, file: H5File, name: string) {
    this.#library = library;
    this.#file = file;
    this.name = name;
  }

  /** Names of what is in a group, in the order of the file (text order, for files of Keras); empty where there is no such group. */
  children(path: string): readonly string[] {
    const known = this.#names.get(path);
    if (known !== undefined) return known;
    const group = this.#group(path);
    const names = group === null ? [] : reading(this.name, path, () => group.keys());
    this.#names.set(path, names);
    return names;
  }

  has(path: string): boolean {
    return this.#typeOf(path) !== null;
  }

  /** The paths of all arrays in a group, however deep. */
  arrays(path: string): readonly string[] {
    const found: string[] = [];
    const visit = (at: string, depth: number): void => {
      if (depth > 64) throw new SerializationError(`[load] ${this.name} is damaged: its groups nest without end at ${JSON.stringify(at)}`);
      for (const child of this.children(at)) {
        const inner = at === "" ? child : `${at}/${child}`;
        const type = this.#typeOf(inner);
        if (type === "dataset") found.push(inner);
        else if (type === "group") visit(inner, depth + 1);
      }
    };
    visit(path, 0);
    return found;
  }

  /** An attribute of a group, as JavaScript has it; undefined where there is none. */
  attribute(path: string, attribute: string): unknown {
    const group = this.#group(path);
    if (group === null) return undefined;
    return reading(this.name, path, () => group.attrs[attribute]?.value);
  }

  /** A text attribute; undefined where there is none. */
  text(path: string, attribute: string): string | undefined {
    const value = this.attribute(path, attribute);
    if (value === undefined || typeof value === "string") return value;
    throw new SerializationError(`[load] attribute ${JSON.stringify(attribute)} of ${this.name} must be a text: got ${typeof value}`);
  }

  /** A list of texts, which Keras spreads over `name0`, `name1`… where one attribute could not hold it. */
  texts(path: string, attribute: string): readonly string[] {
    const whole = this.attribute(path, attribute);
    if (whole !== undefined) return asTexts(whole);
    const parts: string[] = [];
    for (let i = 0; ; i++) {
      const part = this.attribute(path, `${attribute}${i}`);
      if (part === undefined) return parts;
      parts.push(...asTexts(part));
    }
  }

  /** @throws SerializationError when there is no array there, or of a type that weights do not have. */
  array(path: string): StoredArray {
    const dataset = reading(this.name, path, () => this.#file.get(path)) as Dataset | null;
    if (this.#typeOf(path) !== "dataset" || dataset === null)
      throw new SerializationError(`[load] ${this.name} has no array ${JSON.stringify(path)}`);
    const { metadata } = reading(this.name, path, () => ({ metadata: dataset.metadata }));
    const shape = metadata.shape ?? null;
    if (shape === null) throw new SerializationError(`[load] ${JSON.stringify(path)} of ${this.name} is empty`);
    const attribute = metadata.type === opaqueClass ? reading(this.name, path, () => dataset.attrs["dtype"]?.value) : undefined;
    const dtype = storedDType(metadata, attribute);
    if (dtype === null) {
      throw new SerializationError(
        `[load] ${JSON.stringify(path)} of ${this.name} has elements of a type that weights do not have: class ${metadata.type}, ${metadata.size} bytes`,
      );
    }
    return {
      path,
      dtype,
      shape,
      // The library gives elements in the order of bytes of this machine.
      read: () => reading(this.name, path, () => asData(this.#bytes(path, metadata.size * metadata.total_size), dtype)),
    };
  }

  #bytes(path: string, size: number): Uint8Array<ArrayBuffer> {
    const { module } = this.#library;
    if (size === 0) return new Uint8Array(0);
    const pointer = module._malloc(size);
    if (!pointer)
      throw new SerializationError(`[load] ${JSON.stringify(path)} of ${this.name} takes ${size} bytes: too many for the HDF5 library`);
    try {
      module.get_dataset_data(this.#file.file_id, `/${path}`, null, null, null, BigInt(pointer));
      return module.HEAPU8.slice(pointer, pointer + size) as Uint8Array<ArrayBuffer>;
    } finally {
      module._free(pointer);
    }
  }

  #group(path: string): Pick<Group, "keys" | "attrs"> | null {
    if (path === "") return this.#file;
    return this.#typeOf(path) === "group" ? (this.#file.get(path) as Group) : null;
  }

  /** HDF5 refuses a path through what is not there, so each part is looked up in its group. */
  #typeOf(path: string): "group" | "dataset" | null {
    const known = this.#types.get(path);
    if (known !== undefined) return known;
    const at = path.lastIndexOf("/");
    if (!this.children(at < 0 ? "" : path.slice(0, at)).includes(path.slice(at + 1))) return null;
    const { type } = reading(this.name, path, () => ({ type: (this.#file.get(path) as { readonly type?: string } | null)?.type }));
    const found = type === "Group" ? "group" : type === "Dataset" ? "dataset" : null;
    if (found !== null) this.#types.set(path, found);
    return found;
  }
}

function asTexts(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.map(String) : [];
}

interface ElementType {
  readonly type: number;
  readonly size: number;
  readonly signed: boolean;
}

function storedDType({ type, size, signed }: ElementType, attribute: unknown): StoredDType | null {
  if (type === floatClass) return size === 2 ? "float16" : size === 4 ? "float32" : size === 8 ? "float64" : null;
  if (type === integerClass) {
    const bits = size * 8;
    return [8, 16, 32, 64].includes(bits) ? (`${signed ? "" : "u"}int${bits}` as StoredDType) : null;
  }
  // h5py writes booleans as an enumeration of FALSE and TRUE, and Keras bfloat16 as opaque pairs of bytes.
  if (type === enumClass && size === 1) return "bool";
  return type === opaqueClass && size === 2 && attribute === "bfloat16" ? "bfloat16" : null;
}

function asData({ buffer }: Uint8Array<ArrayBuffer>, dtype: StoredDType): StoredData {
  switch (dtype) {
    case "float32":
      return new Float32Array(buffer);
    case "float64":
      return new Float64Array(buffer);
    case "int8":
      return new Int8Array(buffer);
    case "int16":
      return new Int16Array(buffer);
    case "float16":
    case "bfloat16":
    case "uint16":
      return new Uint16Array(buffer);
    case "int32":
      return new Int32Array(buffer);
    case "uint32":
      return new Uint32Array(buffer);
    case "int64":
      return new BigInt64Array(buffer);
    case "uint64":
      return new BigUint64Array(buffer);
    default:
      return new Uint8Array(buffer);
  }
}
