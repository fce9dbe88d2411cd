import { SerializationError } from "@neurite/core";

/** @throws SerializationError naming the file if its bytes are no gzip data. */
export async function gunzip(name: string, compressed: Uint8Array): Promise<Uint8Array> {
  const [zlib, { promisify }] = await Promise.all([import("node:zlib"), import("node:util")]);
  try {
    return await promisify(zlib.gunzip)(compressed);
  } catch (cause) {
    throw new SerializationError(`[gunzip] ${name} is not a whole gzip file`, { cause });
  }
}
