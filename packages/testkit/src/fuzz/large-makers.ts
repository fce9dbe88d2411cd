/** Work of the sizes that kernels cut into blocks, pack and divide among threads: products, convolutions, costly functions. */
import { type DType, isComplex } from "@neurite/core";
import type { ProgramBuilder } from "./builder.ts";
import type { ValueId } from "./program.ts";

/** Most multiplications of one step: the oracle does them one by one. */
const mostWork = 2 ** 21;

/** Most elements of a value in a program that has such steps. */
export const largestValue: number = 2 ** 16;

const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);

/** Mostly float32, which has kernels of its own. */
function numericType(builder: ProgramBuilder): DType {
  const { choose, dtypes } = builder;
  if (dtypes.includes("float32") && choose.chance(0.7)) return "float32";
  return choose.of(dtypes.filter((dtype) => dtype !== "bool"));
}

/** The first sizes drawn that are not too much work. */
function fitting<T>(draw: () => T, work: (drawn: T) => number): T {
  for (;;) {
    const drawn = draw();
    if (work(drawn) <= mostWork) return drawn;
  }
}

/** An input of whole numbers near 0, of which sums stay small; as it lies, with its last two axes exchanged, or part of a larger one. */
function operand(builder: ProgramBuilder, dtype: DType, shape: readonly number[]): ValueId {
  const { choose } = builder;
  const given = (of: readonly number[]): ValueId => {
    const data = Array.from({ length: product(of) * (isComplex(dtype) ? 2 : 1) }, () => choose.below(3) + (dtype.startsWith("u") ? 0 : -1));
    return builder.given({ dtype, shape: of, data: dtype === "int64" ? data.map(BigInt) : data });
  };
  const rank = shape.length;
  switch (choose.below(4)) {
    case 0: {
      const permutation = [...shape.keys()];
      permutation.push(...permutation.splice(-2).reverse());
      const stored = given(permutation.map((axis) => shape[axis]));
      return builder.emit("transpose", [stored], { permutation }, { exact: true })[0];
    }
    case 1: {
      const start = shape.map(() => choose.below(2));
      const strides = shape.map((_, axis) => (axis >= rank - 2 ? choose.between(1, 2) : 1));
      const limit = shape.map((dim, axis) => start[axis] + (dim - 1) * strides[axis] + 1);
      const larger = limit.map((end) => end + choose.below(3));
      if (product(larger) > largestValue) return given(shape);
      return builder.emit("slice", [given(larger)], { start, limit, strides }, { exact: true })[0];
    }
    default:
      return given(shape);
  }
}

/** A product of matrices with many rows or columns or long sums, and what may become its epilogue. */
export function largeDot(builder: ProgramBuilder): void {
  const { choose } = builder;
  const dtype = numericType(builder);
  const batch = choose.chance(0.2) ? [choose.between(2, 3)] : [];
  const size = (): number =>
    choose.chance(0.2) ? choose.between(1, 4) : choose.chance(0.5) ? choose.between(5, 60) : choose.between(61, 700);
  const [m, n, k] = fitting(
    () => [size(), size(), size()] as const,
    (sizes) => product([...batch, ...sizes]),
  );
  const result = builder.emit(
    "dot",
    [operand(builder, dtype, [...batch, m, k]), operand(builder, dtype, [...batch, k, n])],
    {},
    { exact: true },
  )[0];
  follow(builder, result, dtype, n);
}

/** A convolution over many channels or positions; kernels may compute it by way of transforms, which round. */
export function largeConv(builder: ProgramBuilder): void {
  const { choose } = builder;
  const dtype = numericType(builder);
  const spatial = choose.of([1, 2, 2, 2, 3]);
  const each = <T>(make: (axis: number) => T): T[] => Array.from({ length: spatial }, (_, axis) => make(axis));
  // Windows of three by three without gaps, as often as all others.
  const plain = spatial === 2 && choose.chance(0.5);
  const rare = (): number => (!plain && choose.chance(0.2) ? 2 : 1);
  const drawn = fitting(
    () => ({
      groups: choose.chance(0.2) ? choose.between(2, 3) : 1,
      batch: choose.between(1, 3),
      channels: choose.of([1, 3, 4, 16, 17, 32, 33, 47, 64]),
      features: choose.of([1, 3, 8, 16, 31, 32, 37, 48, 64, 70]),
      input: each(() => choose.between(4, spatial === 1 ? 80 : 18)),
      window: each(() => (plain ? 3 : choose.between(1, 4))),
    }),
    ({ groups, batch, channels, features, input, window }) => product([groups, batch, channels, features, ...input, ...window]),
  );
  const { groups, batch, channels, features, input, window } = drawn;
  const lhs = operand(builder, dtype, [groups, batch, ...input, channels]);
  const filter = operand(builder, dtype, [groups, ...window, channels, features]);
  const params = {
    strides: each(rare),
    padding: each((axis): [number, number] => [choose.below(window[axis]), choose.below(window[axis])]),
    lhsDilation: each(rare),
    rhsDilation: each(rare),
  };
  const result = builder.emit("conv", [lhs, filter], params, { exact: false })[0];
  follow(builder, result, dtype, features);
}

/** A convolution of many groups of a few channels and features, side by side as in images or in the gradient of the filter. */
export function largeGroups(builder: ProgramBuilder): void {
  const { choose } = builder;
  const dtype = numericType(builder);
  const spatial = choose.between(1, 3);
  const each = <T>(make: (axis: number) => T): T[] => Array.from({ length: spatial }, (_, axis) => make(axis));
  const rare = (): number => (choose.chance(0.2) ? 2 : 1);
  const { groups, batch, channels, features, input, window } = fitting(
    () => ({
      groups: choose.of([4, 5, 8, 12, 16, 33]),
      batch: choose.between(1, 4),
      channels: choose.between(1, 8),
      features: choose.between(1, 8),
      input: each(() => choose.between(3, 12)),
      window: each((axis) => choose.between(1, axis === spatial - 1 ? 7 : 3)),
    }),
    (drawn) => product([drawn.groups, drawn.batch, drawn.channels, drawn.features, ...drawn.input, ...drawn.window]),
  );
  const axes = each((axis) => axis);
  /** A value whose axes lie in memory as `order` says. */
  const stored = (shape: readonly number[], order: readonly number[]): ValueId => {
    const permutation = shape.map((_, axis) => order.indexOf(axis));
    const given = operand(
      builder,
      dtype,
      order.map((axis) => shape[axis]),
    );
    return builder.emit("transpose", [given], { permutation }, { exact: true })[0];
  };
  const [low, high] = choose.chance(0.5) ? [1, spatial + 2] : [spatial + 2, 1];
  const lhs = stored([groups, batch, ...input, channels], [low, ...axes.map((axis) => axis + 2), 0, high]);
  const last = spatial + 2;
  const filter = stored(
    [groups, ...window, channels, features],
    [...axes.map((axis) => axis + 1), spatial + 1, ...(choose.chance(0.7) ? [0, last] : [last, 0])],
  );
  const params = {
    strides: each(rare),
    padding: each((axis): [number, number] => [choose.below(window[axis]), choose.below(window[axis])]),
    lhsDilation: each(rare),
    rhsDilation: each(() => 1),
  };
  const sums = builder.emit("conv", [lhs, filter], params, { exact: false })[0];
  const permutation = [1, ...axes.map((axis) => axis + 2), 0, last];
  follow(builder, builder.emit("transpose", [sums], { permutation }, { exact: true })[0], dtype, features);
}

/** Functions that take so long that a few rows are divided among threads, and what is left of the rows when they are reduced. */
export function costlyRows(builder: ProgramBuilder): void {
  const { choose } = builder;
  const exact = { exact: true } as const;
  const columns = choose.between(20, 200);
  const shape = [choose.between(1, 12), columns];
  let value = operand(builder, "float32", shape);
  const row = operand(builder, "float32", [1, columns]);
  for (let left = choose.between(6, 12); left > 0; left--) {
    value = builder.emit("sin", [builder.emit("add", [value, row], {}, exact)[0]], {}, { exact: false })[0];
  }
  if (choose.chance(0.7))
    builder.emit("reduce", [value], { op: choose.of(["sum", "max", "min"]), axes: choose.of([[0], [1], [0, 1]]) }, exact);
}

/** A bias, what is added, or a clamp: what kernels do with sums before they store them. */
function follow(builder: ProgramBuilder, result: ValueId, dtype: DType, columns: number): void {
  const { choose } = builder;
  const exact = { exact: true } as const;
  const { shape } = builder.aval(result);
  let value = result;
  if (choose.chance(0.5)) value = builder.emit("add", [value, operand(builder, dtype, choose.chance(0.5) ? [1, columns] : shape)], {}, exact)[0]; // prettier-ignore
  if (choose.chance(0.5) && !isComplex(dtype)) builder.emit("max", [value, builder.input(dtype, [])], {}, exact);
}
