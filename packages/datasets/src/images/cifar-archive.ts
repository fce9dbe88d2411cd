import { SerializationError } from "@neurite/core";
import { gunzip } from "../files/gunzip.ts";
import { type ImageDataset, type ImageSet, imageSet } from "./image-dataset.ts";

/** Which files of the "binary version" archive hold what. */
export interface CifarLayout {
  readonly train: readonly string[];
  readonly test: string;
  /** Class names, one a line. */
  readonly classNames: string;
  /** Label bytes before each image: CIFAR-100 writes the coarse label first, the fine one last. The last is the class. */
  readonly labelBytes: number;
}

const side = 32;
const plane = side * side;

/**
 * Reads a .tar.gz of CIFAR's binary version.
 * @throws SerializationError for a damaged archive.
 */
export async function readCifar(name: string, archive: Uint8Array, layout: CifarLayout): Promise<ImageDataset> {
  const { parseTar } = await import("nanotar");
  // A copy, because nanotar reads from the start of the buffer and zlib may give a part of one.
  const entries = parseTar(new Uint8Array(await gunzip(name, archive)));
  const files = new Map(entries.map((entry) => [entry.name.split("/").at(-1), entry.data]));
  const take = (file: string): Uint8Array => {
    const data = files.get(file);
    if (data === undefined) throw new SerializationError(`[cifar] ${name} has no file ${file} in it`);
    return data;
  };
  const decode = (parts: readonly string[]): ImageSet => decodeRecords(name, parts.map(take), layout.labelBytes);
  const classNames = new TextDecoder().decode(take(layout.classNames)).trim().split("\n");
  return { train: decode(layout.train), test: decode([layout.test]), classNames };
}

/** Records of labels, then a red, a green and a blue plane, as images with channels last. */
function decodeRecords(name: string, files: readonly Uint8Array[], labelBytes: number): ImageSet {
  const record = labelBytes + 3 * plane;
  for (const file of files) {
    if (file.length % record !== 0)
      throw new SerializationError(`[cifar] ${name} has a file of ${file.length} bytes, no multiple of ${record}`);
  }
  const count = files.reduce((sum, file) => sum + file.length / record, 0);
  const pixels = new Uint8Array(count * 3 * plane);
  const labels = new Uint8Array(count);
  let image = 0;
  for (const file of files) {
    for (let start = 0; start < file.length; start += record, image++) {
      labels[image] = file[start + labelBytes - 1] as number;
      for (let channel = 0; channel < 3; channel++) {
        const from = start + labelBytes + channel * plane;
        const to = image * plane * 3 + channel;
        for (let k = 0; k < plane; k++) pixels[to + 3 * k] = file[from + k] as number;
      }
    }
  }
  return imageSet(pixels, labels, [side, side, 3]);
}
