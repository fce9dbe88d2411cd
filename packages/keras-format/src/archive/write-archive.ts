/** The date that archives give their members: files that hold the same are the same. */
const date = new Date(1980, 0, 1);

/** A zip archive of these members, which are stored as they are: numbers of a model hardly pack. */
export async function writeArchive(members: readonly (readonly [name: string, bytes: Uint8Array])[]): Promise<Uint8Array<ArrayBuffer>> {
  const { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } = await import("@zip.js/zip.js");
  const options = { level: 0, useWebWorkers: false, dataDescriptor: false, extendedTimestamp: false, lastModDate: date };
  const writer = new ZipWriter(new Uint8ArrayWriter(), options);
  for (const [name, bytes] of members) await writer.add(name, new Uint8ArrayReader(bytes));
  return (await writer.close()) as Uint8Array<ArrayBuffer>;
}
