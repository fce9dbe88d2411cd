/** Primitives without operands to differentiate: placeholders, constants, counters, random bits. */
import { type DType, integerRanges, isInteger } from "../dtypes/dtype.ts";
import { DTypeError, ShapeError, TraceError, ValueError } from "../errors.ts";
import { formatAval } from "../shapes/format.ts";
import { requireCount, requireShape } from "./checks.ts";
import type { PrimitiveTable } from "./primitive.ts";
import { randomBitsOfKeys } from "./threefry.ts";

function checkConstant(value: number | bigint | boolean, dtype: DType): void {
  const wanted = dtype === "bool" ? "boolean" : dtype === "int64" ? "bigint" : "number";
  if (typeof value !== wanted) throw new DTypeError(`[constant] a constant of ${dtype} must be a ${wanted}: received ${String(value)}`);
  if (dtype === "int64" && BigInt.asIntN(64, value as bigint) !== value) {
    throw new ValueError(`[constant] int64 holds integers from -2^63 to 2^63 - 1: received ${String(value)}`);
  }
  const range = integerRanges[dtype];
  if (range !== undefined && isInteger(dtype)) {
    const number = value as number;
    if (!Number.isInteger(number) || number < range[0] || number > range[1]) {
      throw new ValueError(`[constant] ${dtype} holds integers from ${range[0]} to ${range[1]}: received ${number}`);
    }
  }
}

export const sourcePrimitives: Pick<PrimitiveTable, "input" | "constant" | "iota" | "random_bits"> = {
  input: {
    infer: (_inputs, { name }) => {
      throw new TraceError(`[input] a placeholder is made by a trace, not applied: received "${name}"`);
    },
    vjp: "none",
    batch: "none",
  },
  constant: {
    infer: (inputs, { value, dtype }) => {
      requireCount("constant", inputs, 0);
      checkConstant(value, dtype);
      return [{ dtype, shape: [] }];
    },
    vjp: "none",
    batch: "none",
  },
  iota: {
    infer: (inputs, { shape, axis, dtype }) => {
      requireCount("iota", inputs, 0);
      requireShape("iota", shape);
      if (!Number.isInteger(axis) || axis < 0 || axis >= shape.length) {
        throw new ShapeError(`[iota] axis is out of range: ${axis} for rank ${shape.length}`);
      }
      if (dtype === "bool" || dtype === "complex64") throw new DTypeError(`[iota] dtype must be a real number: received ${dtype}`);
      return [{ dtype, shape }];
    },
    vjp: "none",
    batch: "none",
  },
  random_bits: {
    infer: (inputs, { shape }) => {
      requireCount("random_bits", inputs, 1);
      requireShape("random_bits", shape);
      const [key] = inputs;
      if (key.dtype !== "uint32" || key.shape.length !== 1 || key.shape[0] !== 2) {
        throw new DTypeError(`[random_bits] key must be uint32[2]: received ${formatAval(key)}`);
      }
      return [{ dtype: "uint32", shape }];
    },
    vjp: "none",
    batch: ({ inputs: [keys], params: { shape } }) => [randomBitsOfKeys(keys, shape)],
  },
};
