/** The random generator of the primitive `random_bits` as arithmetic, for many keys at once. */
import type { Shape, Value } from "../graph/value.ts";
import { add, binary, constant, full, iota, mul, or, reshape, slice } from "./build.ts";

/** Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (2011): Threefry-2x32 with 20 rounds. */
const rotations = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;
const parity = 0x1bd11bda;

function rotateLeft(x: Value, by: number): Value {
  const shifted = (op: "shl" | "shr", places: number): Value => binary(op, x, constant(places, "uint32"));
  return or(shifted("shl", by), shifted("shr", 32 - by));
}

function threefry(keys: readonly [Value, Value], counters: readonly [Value, Value]): readonly [Value, Value] {
  const third = binary("xor", binary("xor", keys[0], keys[1]), constant(parity, "uint32"));
  const schedule = [keys[0], keys[1], third];
  let [a, b] = [add(counters[0], keys[0]), add(counters[1], keys[1])];
  for (let group = 0; group < 5; group++) {
    for (const rotation of rotations[group % 2]) {
      a = add(a, b);
      b = binary("xor", rotateLeft(b, rotation), a);
    }
    a = add(a, schedule[(group + 1) % 3]);
    b = add(b, add(schedule[(group + 2) % 3], group + 1));
  }
  return [a, b];
}

/** `random_bits` of `shape` for each of `keys`, uint32 [n, 2]: the same bits as one key at a time gives. [n, ...shape] */
export function randomBitsOfKeys(keys: Value, shape: Shape): Value {
  const count = keys.shape[0];
  const word = (i: number): Value => reshape(slice(keys, [0, i], [count, i + 1]), [count, ...shape.map(() => 1)]);
  // The 64-bit row-major position, low word: sizes beyond 2^32 elements do not occur.
  let position = full(shape, 0, "uint32");
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    position = add(position, mul(iota(shape, axis, "uint32"), constant(stride, "uint32")));
    stride *= shape[axis];
  }
  const [a, b] = threefry([word(0), word(1)], [constant(0, "uint32"), position]);
  return binary("xor", a, b);
}
