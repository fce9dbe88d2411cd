/** Compiled kernels on disk, so that a second process compiles nothing. */
import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Environment } from "./libraries/search.ts";

/** Where kernels are kept when nobody says otherwise. */
export function defaultCacheFolder(env: Environment = process.env): string {
  const own = env["NEURITE_CACHE_DIR"];
  if (own !== undefined && own !== "") return join(own, "cuda");
  const base = env["XDG_CACHE_HOME"];
  return join(base !== undefined && base !== "" ? base : join(homedir(), ".cache"), "neurite", "cuda");
}

/**
 * A folder with one file an image, named by a hash of everything that the image depends on. Files are written aside and renamed, so that
 * processes can share the folder; their last bytes are a checksum, and a damaged file counts as missing. A folder that cannot be
 * written to is no error: kernels are then compiled each time.
 */
export class KernelCache {
  private readonly folder: string | null;

  /** Null keeps nothing. */
  constructor(folder: string | null) {
    this.folder = folder;
  }

  /** The image that `key` stands for, made by `make` if it is not there. */
  get(key: readonly string[], make: () => ArrayBuffer): ArrayBuffer {
    if (this.folder === null) return make();
    const hash = createHash("sha256");
    for (const part of key) hash.update(`${part.length}:`).update(part);
    const path = join(this.folder, `${hash.digest("hex")}.bin`);
    const kept = read(path);
    if (kept !== null) return kept;
    const image = make();
    write(this.folder, path, image);
    return image;
  }
}

const checksumBytes = 32;

const checksum = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();

function read(path: string): ArrayBuffer | null {
  let file: Buffer;
  try {
    file = readFileSync(path);
  } catch {
    return null;
  }
  const image = file.subarray(0, -checksumBytes);
  if (image.length === 0 || !checksum(image).equals(file.subarray(-checksumBytes))) return null;
  return new Uint8Array(image).buffer;
}

function write(folder: string, path: string, image: ArrayBuffer): void {
  const bytes = new Uint8Array(image);
  const aside = `${path}.${randomUUID()}`;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(aside, Buffer.concat([bytes, checksum(bytes)]));
    renameSync(aside, path);
  } catch {
    try {
      rmSync(aside, { force: true });
    } catch {
      // Nothing was written.
    }
  }
}
