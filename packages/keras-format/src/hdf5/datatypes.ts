/** Types of elements as HDF5 files describe them (format specification, IV.A.2.d), version 1. */
import { joined, padded, text, u16, u32, u8 } from "./bytes.ts";
import type { StoredDType } from "./stored-array.ts";

const version = 1 << 4;
const [integerClass, floatClass, stringClass, opaqueClass, enumClass, variableLengthClass] = [0, 1, 3, 5, 8, 9];

const datatype = (kind: number, flags: readonly [number, number, number], size: number, properties: Uint8Array = u8()): Uint8Array =>
  joined([u8(version | kind, ...flags), u32(size), properties]);

const integer = (bytes: number, signed: boolean): Uint8Array => datatype(integerClass, [signed ? 8 : 0, 0, 0], bytes, u16(0, bytes * 8));

/** A number of IEEE 754: its first bit is the sign, that before the fraction is implied. */
const float = (bytes: number, exponentBits: number): Uint8Array => {
  const bits = bytes * 8;
  const fractionBits = bits - 1 - exponentBits;
  const bias = 2 ** (exponentBits - 1) - 1;
  return datatype(
    floatClass,
    [0x20, bits - 1, 0],
    bytes,
    joined([u16(0, bits), u8(fractionBits, exponentBits, 0, fractionBits), u32(bias)]),
  );
};

/** As h5py writes booleans: an enumeration. */
const boolean = (): Uint8Array =>
  datatype(enumClass, [2, 0, 0], 1, joined([integer(1, true), ...["FALSE\0", "TRUE\0"].map((name) => padded(text(name))), u8(0, 1)]));

const types: Readonly<Partial<Record<StoredDType, () => Uint8Array>>> = {
  bool: boolean,
  int8: () => integer(1, true),
  int16: () => integer(2, true),
  int32: () => integer(4, true),
  int64: () => integer(8, true),
  uint8: () => integer(1, false),
  uint16: () => integer(2, false),
  uint32: () => integer(4, false),
  uint64: () => integer(8, false),
  float16: () => float(2, 5),
  float32: () => float(4, 8),
  float64: () => float(8, 11),
  // As Keras writes it: two bytes without a meaning, which an attribute names.
  bfloat16: () => datatype(opaqueClass, [0, 0, 0], 2),
};

/** How files describe elements of a dtype; undefined for one that weights in files do not have. */
export function datatypeOf(dtype: StoredDType): Uint8Array | undefined {
  return types[dtype]?.();
}

/** Texts in UTF-8 of any length, which are kept in a heap of the file. */
export const textType: Uint8Array = datatype(variableLengthClass, [1, 1, 0], 16, datatype(stringClass, [0x10, 0, 0], 1));
