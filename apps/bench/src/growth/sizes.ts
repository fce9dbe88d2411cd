/** Size of the model that grows: `depth` dense layers of `width` ReLUs over 64 features, then 10 classes, trained with Adam. */
export interface Size {
  readonly batch: number;
  readonly width: number;
  readonly depth: number;
}

export type Axis = keyof Size;

export const features = 64;
export const classes = 10;

const base: Size = { batch: 32, width: 128, depth: 4 };

const powers = (from: number, to: number): number[] => Array.from({ length: Math.log2(to / from) + 1 }, (_, i) => from * 2 ** i);

const values: Readonly<Record<Axis, readonly number[]>> = {
  batch: powers(1, 4096),
  width: powers(8, 8192),
  depth: [1, 2, 5, 10, 20, 50, 100, 200],
};

export const axes: readonly Axis[] = ["batch", "width", "depth"];

/** The sizes along one axis; the other two are those of the base. */
export function sizesAlong(axis: Axis): readonly Size[] {
  return values[axis].map((value) => ({ ...base, [axis]: value }));
}

/** Numbers that are trained. */
export function parameters({ width, depth }: Size): number {
  return (features + 1) * width + (depth - 1) * (width + 1) * width + (width + 1) * classes;
}

/** Floating-point operations of a step: forward pass, gradients of weights and of all inputs but the first. */
export function flops(size: Size): number {
  return size.batch * (6 * parameters(size) - 2 * features * size.width);
}
