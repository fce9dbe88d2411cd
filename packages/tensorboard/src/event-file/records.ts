/** The frame of TFRecord files: length, its checksum, data, its checksum. (https://www.tensorflow.org/tutorials/load_data/tfrecord) */
import { SerializationError } from "@neurite/core";
import crc32c from "crc-32/crc32c.js";

/** The checksum of a record: CRC-32C, rotated and shifted so that a checksum of checksums is harmless. */
function maskedChecksum(bytes: Uint8Array): number {
  const checksum = crc32c.buf(bytes) >>> 0;
  return (((checksum >>> 15) | (checksum << 17)) + 0xa282ead8) >>> 0;
}

/**
 * One record with its frame.
 *
 * The frame is TFRecord's: 8 bytes of length with their checksum of 4 before the data, and the data's checksum of 4 behind.
 *
 * @example
 * frameRecord(new Uint8Array([1, 2, 3])).length; // 19
 */
export function frameRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(data.length + 16);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedChecksum(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedChecksum(data), true);
  return record;
}

/**
 * The records of a file, one after another.
 *
 * @throws SerializationError where a checksum is wrong or the file ends within a record.
 *
 * @example
 * [...readRecords(frameRecord(new Uint8Array([1, 2, 3])))]; // [[1, 2, 3]]
 */
export function* readRecords(file: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let at = 0; at < file.length;) {
    const damaged = (what: string): SerializationError => new SerializationError(`[readRecords] ${what} in the record at byte ${at}`);
    if (at + 12 > file.length) throw damaged("the file ends");
    if (view.getUint32(at + 8, true) !== maskedChecksum(file.subarray(at, at + 8))) throw damaged("the checksum of the length is wrong");
    const length = Number(view.getBigUint64(at, true));
    const end = at + 12 + length;
    if (end + 4 > file.length) throw damaged("the file ends");
    const data = file.subarray(at + 12, end);
    if (view.getUint32(end, true) !== maskedChecksum(data)) throw damaged("the checksum of the data is wrong");
    yield data;
    at = end + 4;
  }
}
