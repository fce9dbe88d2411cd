import { SerializationError } from "@neurite/core";

/** True where a file begins as a zip archive does, also an empty one. */
export function isZip(bytes: Uint8Array): boolean {
  const [a, b, c, d] = bytes;
  return a === 0x50 && b === 0x4b && ((c === 3 && d === 4) || (c === 5 && d === 6));
}

/** Models hold incompressible numbers, so members that grow more than this are no model: a zip bomb. */
const largestGrowth = 200;
/** Texts, as configs and vocabularies, may grow more; below this size it does no harm. */
const harmlessSize = 64 * 2 ** 20;
const mostMembers = 100_000;

/**
 * The members of a zip archive by name, unpacked and checked against their sums.
 *
 * @param name What messages call the archive.
 * @param isWanted Which members to unpack.
 * @throws SerializationError for an archive that is damaged, or holds names that lead out of it, encrypted members, or a zip bomb.
 */
export async function readArchive(
  bytes: Uint8Array,
  name: string,
  isWanted: (member: string) => boolean,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const { Uint8ArrayReader, Uint8ArrayWriter, ZipReader } = await import("@zip.js/zip.js");
  const options = { checkSignature: true, useWebWorkers: false, useCompressionStream: false, checkOverlappingEntry: true };
  const reader = new ZipReader(new Uint8ArrayReader(bytes), options);
  const members = new Map<string, Uint8Array>();
  try {
    const entries = await attempt(`${name} is no zip archive, or damaged`, () => reader.getEntries());
    if (entries.length > mostMembers)
      throw new SerializationError(`[load] ${name} holds ${entries.length} members: a model has fewer than ${mostMembers}`);
    for (const entry of entries) {
      if (entry.directory) continue;
      const { filename: member, uncompressedSize, compressedSize } = entry;
      const where = `member ${JSON.stringify(member)} of ${name}`;
      if (members.has(member)) throw new SerializationError(`[load] ${where} is there twice`);
      if (!isWanted(member)) continue;
      if (entry.encrypted) throw new SerializationError(`[load] ${where} is encrypted`);
      if (compressedSize > bytes.length || (uncompressedSize > harmlessSize && uncompressedSize > compressedSize * largestGrowth)) {
        throw new SerializationError(`[load] ${where} claims to unpack ${compressedSize} bytes to ${uncompressedSize}: no model does`);
      }
      const data = await attempt(`${where} is damaged`, () => entry.getData(new Uint8ArrayWriter(), options));
      if (data.length !== uncompressedSize)
        throw new SerializationError(`[load] ${where} is damaged: it has ${data.length} bytes of ${uncompressedSize}`);
      members.set(member, data);
    }
  } finally {
    await reader.close();
  }
  return members;
}

async function attempt<T>(what: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (cause) {
    throw new SerializationError(`[load] ${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
