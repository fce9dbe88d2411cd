/**
 * What kernels compute with. Every dtype is held in a Float64Array of exactly representable values, row-major and
 * contiguous, so that each kernel is written once and V8 sees one kind of array. complex64 takes two lanes an element
 * (real, imaginary), and so does int64 (low word unsigned, high word signed).
 */
import type { Aval, DType, Shape } from "@neurite/core";

/** Memory that several arrays may share (a reshape shares its operand's). */
export interface Block {
  readonly data: Float64Array;
  /** Arrays that hold it; at zero the arena takes it back. */
  references: number;
}

/** A value during a run. Kernels never write into their operands. */
export interface HostArray extends Aval {
  readonly data: Float64Array;
  readonly block: Block;
}

/** Numbers that one element takes. */
export function lanes(dtype: DType): 1 | 2 {
  return dtype === "complex64" || dtype === "int64" ? 2 : 1;
}

/** Number of elements of a shape. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const dim of shape) size *= dim;
  return size;
}

/** Row-major strides, in elements. */
export function rowMajorStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}
