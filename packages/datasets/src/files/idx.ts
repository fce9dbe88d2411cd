import { SerializationError } from "@neurite/core";

/** Unsigned bytes with a shape. */
export interface IdxArray {
  /** Row-major. */
  readonly data: Uint8Array;
  readonly shape: readonly number[];
}

const unsignedBytes = 8;

/**
 * Reads an IDX file, the format of MNIST: two zero bytes, an element type, a rank, big-endian sizes, elements.
 * @throws SerializationError for anything but a whole file of unsigned bytes.
 */
export function readIdx(name: string, bytes: Uint8Array): IdxArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint16(0) !== 0 || bytes[2] !== unsignedBytes) {
    throw new SerializationError(`[idx] ${name} is not an IDX file of unsigned bytes`);
  }
  const rank = view.getUint8(3);
  const start = 4 + 4 * rank;
  if (bytes.length < start) throw new SerializationError(`[idx] ${name} ends inside its header`);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const size = shape.reduce((product, dim) => product * dim, 1);
  if (bytes.length !== start + size) {
    throw new SerializationError(`[idx] ${name} holds ${bytes.length - start} bytes where its shape [${shape}] says ${size}`);
  }
  return { data: bytes.subarray(start), shape };
}
