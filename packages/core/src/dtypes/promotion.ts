import type { DType } from "./dtype.ts";

/** A plain JavaScript number or boolean takes part in promotion weakly: it adapts to the arrays it meets. */
export type WeakType = "weak int" | "weak float";
type Lattice = DType | WeakType;

/**
 * JAX's promotion lattice: each type and those directly above it. The result of two types is their least upper bound. As in Keras, complex64
 * is above float64.
 */
const above: Record<Lattice, readonly Lattice[]> = {
  bool: ["weak int"],
  "weak int": ["uint8", "int8"],
  uint8: ["int32", "uint32"],
  int8: ["int32"],
  uint32: ["int64"],
  int32: ["int64"],
  int64: ["weak float"],
  "weak float": ["float16", "bfloat16"],
  float16: ["float32"],
  bfloat16: ["float32"],
  float32: ["float64"],
  float64: ["complex64"],
  complex64: [],
};

function upwards(type: Lattice): Set<Lattice> {
  const seen = new Set<Lattice>([type]);
  for (const reached of seen) for (const next of above[reached]) seen.add(next);
  return seen;
}

function build(): Map<string, Lattice> {
  const types = Object.keys(above) as Lattice[];
  const ups = new Map(types.map((type) => [type, upwards(type)]));
  const table = new Map<string, Lattice>();
  for (const a of types) {
    for (const b of types) {
      const common = [...(ups.get(a) as Set<Lattice>)].filter((type) => (ups.get(b) as Set<Lattice>).has(type));
      const least = common.find((type) => common.every((other) => (ups.get(type) as Set<Lattice>).has(other)));
      table.set(`${a},${b}`, least as Lattice);
    }
  }
  return table;
}

let table: Map<string, Lattice> | null = null;

function join(a: Lattice, b: Lattice): Lattice {
  if (a === b) return a;
  table ??= build();
  return table.get(`${a},${b}`) as Lattice;
}

/**
 * The dtype that operands of these types are brought to, by JAX's lattice: int32 with float16 is float16, int32 with uint32 is int64,
 * a plain number keeps the array's dtype unless it needs a float. Alone, plain numbers are int32 or float32.
 *
 * @example
 * promoteTypes("int32", "float16"); // "float16"
 * promoteTypes("int32", "weak float"); // "float32"
 */
export function promoteTypes(...types: readonly Lattice[]): DType {
  let result: Lattice = types[0] ?? "weak float";
  for (let i = 1; i < types.length; i++) result = join(result, types[i] as Lattice);
  if (result === "weak int") return "int32";
  return result === "weak float" ? "float32" : result;
}

/**
 * How a plain number takes part in promotion. Whole numbers are weak integers: `x.mul(2)` keeps an int32 tensor int32.
 *
 * @example
 * weakTypeOf(2); // "weak int"
 * weakTypeOf(0.5); // "weak float"
 */
export function weakTypeOf(value: number | boolean | bigint): WeakType | "bool" | "int64" {
  if (typeof value === "boolean") return "bool";
  if (typeof value === "bigint") return "int64";
  return Number.isInteger(value) ? "weak int" : "weak float";
}
