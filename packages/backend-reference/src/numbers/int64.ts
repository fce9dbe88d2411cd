/** int64 elements travel as two lanes, low word (unsigned) then high word (signed); arithmetic is done on bigints. */

/** The elements of int64 lanes as 64-bit integers. */
export function toBigInts(data: Float64Array): BigInt64Array {
  const words = new Int32Array(data.length);
  for (let i = 0; i < data.length; i++) words[i] = data[i];
  return new BigInt64Array(words.buffer);
}

/** Writes 64-bit integers into lanes. */
export function fromBigInts(values: BigInt64Array, out: Float64Array): void {
  const words = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  for (let i = 0; i < words.length; i += 2) {
    out[i] = words[i] >>> 0;
    out[i + 1] = words[i + 1];
  }
}

export function readBigInt(data: Float64Array, lane: number): bigint {
  return (BigInt(data[lane + 1]) << 32n) | BigInt(data[lane]);
}

/** Stores `value` modulo 2^64. */
export function writeBigInt(data: Float64Array, lane: number, value: bigint): void {
  data[lane] = Number(BigInt.asUintN(32, value));
  data[lane + 1] = Number(BigInt.asIntN(32, value >> 32n));
}

/** Negative, zero or positive as element `i` of `a` is less than, equal to or greater than element `j` of `b` (lane positions). */
export function compareLanes(a: Float64Array, i: number, b: Float64Array, j: number): number {
  return a[i + 1] - b[j + 1] || a[i] - b[j];
}
