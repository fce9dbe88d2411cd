/** Bytes of HDF5 files: numbers with their low byte first, of the widths that superblocks of version 0 declare. */

const encoder = new TextEncoder();

/** Where an address points nowhere. */
export const undefinedAddress: bigint = 2n ** 64n - 1n;

/** Numbers of one byte. */
export const u8 = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);

/** Numbers of two bytes. */
export const u16 = (...values: readonly number[]): Uint8Array => new Uint8Array(Uint16Array.from(values).buffer);

/** Numbers of four bytes. */
export const u32 = (...values: readonly number[]): Uint8Array => new Uint8Array(Uint32Array.from(values).buffer);

/** Addresses and lengths: eight bytes. */
export const u64 = (...values: readonly (number | bigint)[]): Uint8Array => new Uint8Array(BigUint64Array.from(values, BigInt).buffer);

/** The bytes of a text, in UTF-8. */
export const text = (value: string): Uint8Array => encoder.encode(value);

/** Pieces one after another. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((size, piece) => size + piece.byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}

/** Filled up with zeros: to a size, or by default to a multiple of eight bytes. */
export function padded(bytes: Uint8Array, size: number = Math.ceil(bytes.byteLength / 8) * 8): Uint8Array {
  return bytes.byteLength === size ? bytes : joined([bytes, new Uint8Array(size - bytes.byteLength)]);
}
