import { readFile } from "node:fs/promises";
import type { HostArray } from "./host-array.ts";
import { halfToNumber } from "./half.ts";

/** Reads a .npy file of numbers, in row-major order. */
export async function readNpy(path: string): Promise<HostArray> {
  return parseNpy(await readFile(path), path);
}

type Reader = (view: DataView, offset: number) => number | bigint;

const readers: Readonly<Record<string, readonly [dtype: string, size: number, read: Reader]>> = {
  f2: ["float16", 2, (view, at) => halfToNumber(view.getUint16(at, true))],
  f4: ["float32", 4, (view, at) => view.getFloat32(at, true)],
  f8: ["float64", 8, (view, at) => view.getFloat64(at, true)],
  i1: ["int8", 1, (view, at) => view.getInt8(at)],
  u1: ["uint8", 1, (view, at) => view.getUint8(at)],
  b1: ["bool", 1, (view, at) => view.getUint8(at)],
  i2: ["int16", 2, (view, at) => view.getInt16(at, true)],
  u2: ["uint16", 2, (view, at) => view.getUint16(at, true)],
  i4: ["int32", 4, (view, at) => view.getInt32(at, true)],
  u4: ["uint32", 4, (view, at) => view.getUint32(at, true)],
  i8: ["int64", 8, (view, at) => view.getBigInt64(at, true)],
};

/** @throws Error for a header that is none, big-endian data, and element types that no case has. */
function parseNpy(bytes: Uint8Array, name: string): HostArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes[0] !== 0x93 || bytes[1] !== 0x4e) throw new Error(`${name} is no .npy file`);
  const long = (bytes[6] as number) >= 2;
  const start = long ? 12 : 10;
  const length = long ? view.getUint32(8, true) : view.getUint16(8, true);
  const header = new TextDecoder().decode(bytes.subarray(start, start + length));
  const [, order, kind] = /'descr': '([<>|=]?)(\w+)'/.exec(header) ?? [];
  const shape = (/'shape': \(([^)]*)\)/.exec(header)?.[1] ?? "")
    .split(",")
    .filter((dim) => dim.trim() !== "")
    .map(Number);
  const [dtype, size, read] = readers[kind ?? ""] ?? [];
  if (dtype === undefined || size === undefined || read === undefined || order === ">") {
    throw new Error(`${name} has a header that no case has: ${header}`);
  }
  const count = shape.reduce((product, dim) => product * dim, 1);
  const places = header.includes("'fortran_order': True") ? columnMajor(shape) : null;
  return { dtype, shape, data: Array.from({ length: count }, (_, i) => read(view, start + length + (places?.[i] ?? i) * size)) };
}

/** Where the elements of an array, in row-major order, are in column-major order. */
function columnMajor(shape: readonly number[]): number[] {
  let strides = 1;
  const steps = shape.map((dim) => {
    const step = strides;
    strides *= dim;
    return step;
  });
  let places = [0];
  shape.forEach((dim, axis) => {
    places = places.flatMap((place) => Array.from({ length: dim }, (_, i) => place + i * (steps[axis] as number)));
  });
  return places;
}
