import { ops, type Tensor } from "@neurite/core";

/**
 * Two numbers of 4 bits a byte along an axis, the lower half first, as int32 from 0 to 15, or where they are signed from -8 to 7.
 *
 * @param size Numbers along the axis: an odd one leaves a half unused.
 */
export function unpackHalves(packed: Tensor, axis: number, size: number, signed: boolean): Tensor {
  const bytes = ops.cast(packed, "int32");
  const halves = [ops.bitwiseAnd(bytes, 15), ops.bitwiseAnd(ops.rightShift(bytes, 4), 15)];
  const numbers = signed ? halves.map((half) => ops.subtract(ops.bitwiseXor(half, 8), 8)) : halves;
  const doubled = packed.shape.map((dim, i) => (i === axis ? 2 * dim : dim));
  const whole = ops.reshape(ops.stack(numbers, { axis: axis + 1 }), doubled);
  if (doubled[axis] === size) return whole;
  return ops.slice(whole, doubled.map(() => 0), doubled.map((dim, i) => (i === axis ? size : dim))); // prettier-ignore
}
