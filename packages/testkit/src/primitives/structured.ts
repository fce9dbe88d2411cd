import { bindOne, build, type PrimitiveName, type ReduceOp, type ScatterOp, type Value, type WindowParams } from "@neurite/core";
import { ordinary, indicesBelow, given, shuffled, small, specialValues } from "../samples/values.ts";
import { type CaseContext, type CaseGenerator, type PrimitiveCase, takes } from "./case.ts";
import { throughViews } from "./elementwise.ts";

const exact = { ulps: 0 };
/** Sums in another order, of terms that may cancel. */
const summed = (terms: number): { ulps: number; spread: number } => ({ ulps: 4, spread: 2 + Math.ceil(terms / 8) });

/** Some of the sizes: the ends and what lies around powers of two, unless thorough. */
export function someSizes({ sizes, thorough }: CaseContext): readonly number[] {
  if (thorough) return sizes;
  const wanted = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 65];
  return sizes.filter((size) => wanted.includes(size));
}

const axesOf = (rank: number): number[][] =>
  Array.from({ length: 2 ** rank }, (_, mask) => Array.from({ length: rank }, (__, axis) => axis).filter((axis) => (mask >> axis) & 1));

const reduceOps: readonly ReduceOp[] = ["sum", "prod", "max", "min"];

const reduce: CaseGenerator = (dtype, context) =>
  reduceOps
    .filter((op) => takes("reduce", { op, axes: [] }, { dtype, shape: [] }))
    .flatMap((op): PrimitiveCase[] => {
      const accuracy = op === "max" || op === "min" ? exact : summed(65);
      const apply = (x: Value, axes: readonly number[]): Value => bindOne("reduce", [x], { op, axes });
      const values = new Set([...context.values].filter((kind) => kind !== "huge" && kind !== "denormal"));
      const edge = specialValues(dtype, values);
      const sizes = someSizes(context);
      const cases: PrimitiveCase[] = [
        ...axesOf(3).map((axes) => ({ name: `axes [${axes}]`, inputs: [small(dtype, [3, 5, 4])], fn: ([x]: readonly Value[]) => [apply(x, axes)] })), // prettier-ignore
        { name: "sizes, last axis", inputs: sizes.map((size) => small(dtype, [3, size], size)), fn: (xs) => xs.map((x) => apply(x, [1])) },
        { name: "sizes, first axis", inputs: sizes.map((size) => small(dtype, [size, 3], size)), fn: (xs) => xs.map((x) => apply(x, [0])) },
        { name: "sizes, middle axis", inputs: sizes.map((size) => small(dtype, [2, size, 5], size)), fn: (xs) => xs.map((x) => apply(x, [1])) }, // prettier-ignore
        { name: "empty axes", inputs: [small(dtype, [2, 0, 3])], fn: ([x]) => axesOf(3).map((axes) => apply(x, axes)) },
        { name: "through views", inputs: [small(dtype, [5, 7])], fn: ([x]) => Object.values(throughViews).flatMap((view) => [[0], [1], [0, 1]].map((axes) => apply(view(x), axes))) }, // prettier-ignore
        { name: "long rows", inputs: [op === "prod" ? given(dtype, [2, 1000], Array.from({ length: 2000 }, (_, i) => (dtype === "int64" ? BigInt((i % 2) + 1) : (i % 2) + 1)).map((x) => (Number(x) > 1 ? x : x))) : small(dtype, [2, 3000])], fn: ([x]) => [apply(x, [1]), apply(x, [0, 1])], accuracy: op === "max" || op === "min" ? exact : summed(3000) }, // prettier-ignore
      ];
      if (op === "max" || op === "min") {
        cases.push({ name: "edge values", inputs: [edge], fn: ([x]) => [apply(x, [0]), apply(build.reshape(x, [1, ...edge.shape]), [0])] });
      } else if (dtype.startsWith("float") && context.values.has("nan") && context.values.has("infinite")) {
        const rows = [[NaN, 1, 2], [Infinity, 1, 2], [-Infinity, 3, 1], [Infinity, -Infinity, 1], [NaN, Infinity, 0], [0.5, 1, 2]]; // prettier-ignore
        cases.push({ name: "rows with NaN and infinities", inputs: [given(dtype, [6, 3], rows.flat())], fn: ([x]) => [apply(x, [1])] });
      }
      return cases.filter(({ name }) => !(op === "prod" && name === "long rows")).map((each) => ({ accuracy, ...each, name: `${op}, ${each.name}` })); // prettier-ignore
    });

const argreduce: CaseGenerator = (dtype, context) => {
  if (!takes("argreduce", { op: "max", axis: 0 }, { dtype, shape: [1] })) return [];
  const edge = specialValues(dtype, context.values);
  const sizes = someSizes(context);
  return (["max", "min"] as const).flatMap((op): PrimitiveCase[] => {
    const apply = (x: Value, axis: number): Value => build.argreduce(op, x, axis);
    return [
      { name: `${op}, each axis`, inputs: [ordinary(dtype, [3, 5, 4])], fn: ([x]) => [0, 1, 2].map((axis) => apply(x, axis)) },
      { name: `${op}, equal elements`, inputs: [small(dtype, [4, 40])], fn: ([x]) => [apply(x, 0), apply(x, 1)] },
      { name: `${op}, edge values`, inputs: [edge], fn: ([x]) => [apply(x, 0)] },
      { name: `${op}, sizes`, inputs: sizes.map((size) => ordinary(dtype, [size, 2], size)), fn: (xs) => xs.map((x) => apply(x, 0)) },
      {
        name: `${op}, sizes of rows`,
        inputs: sizes.map((size) => ordinary(dtype, [2, size], size)),
        fn: (xs) => xs.map((x) => apply(x, 1)),
      },
      { name: `${op}, through views`, inputs: [ordinary(dtype, [5, 7])], fn: ([x]) => Object.values(throughViews).map((view) => apply(view(x), 1)) }, // prettier-ignore
      { name: `${op}, no rows`, inputs: [ordinary(dtype, [0, 3])], fn: ([x]) => [apply(x, 1)] },
    ];
  });
};

const dot: CaseGenerator = (dtype, context) => {
  if (!takes("dot", {}, { dtype, shape: [1, 1] }, { dtype, shape: [1, 1] })) return [];
  const product = (name: string, lhs: readonly number[], rhs: readonly number[], terms = lhs.at(-1) as number): PrimitiveCase => ({
    name,
    inputs: [small(dtype, lhs), small(dtype, rhs, 2)],
    fn: ([a, b]) => [build.dot(a, b)],
    accuracy: summed(terms),
  });
  const sizes = someSizes(context);
  return [
    ...sizes.flatMap((n) => [
      product(`[${n},3]·[3,5]`, [n, 3], [3, 5]),
      product(`[2,${n}]·[${n},4]`, [2, n], [n, 4]),
      product(`[3,2]·[2,${n}]`, [3, 2], [2, n]),
      product(`[${n},${n}]·[${n},${n}]`, [n, n], [n, n]),
    ]),
    product("a batch", [3, 2, 4, 5], [3, 2, 5, 6]),
    product("a row and a column", [1, 100], [100, 1]),
    product("a column and a row", [33, 1], [1, 17]),
    product("no rows", [0, 3], [3, 2]),
    product("no columns", [2, 3], [3, 0]),
    product("no terms", [2, 0], [0, 3]),
    product("an empty batch", [0, 2, 3], [0, 3, 2]),
    product("many terms", [7, 500], [500, 9]),
    product("parts of tiles", [67, 45], [45, 51]),
    product("parts of tiles of a batch", [2, 33, 17], [2, 17, 40]),
    {
      name: "parts of tiles, transposed, and what follows",
      inputs: [small(dtype, [33, 70]), small(dtype, [47, 33], 2), small(dtype, [47], 3)],
      fn: ([a, b, bias]) => [build.add(build.dot(build.matrixTranspose(a), build.matrixTranspose(b)), bias)],
      accuracy: summed(34),
    },
    {
      name: "through views",
      inputs: [small(dtype, [6, 6]), small(dtype, [6, 6], 2)],
      fn: ([a, b]) => {
        const { padded: _, "with gaps": __, ...views } = throughViews;
        return Object.values(views).flatMap((left) => Object.values(views).map((right) => build.dot(left(a), right(b))));
      },
      accuracy: summed(6),
    },
    {
      name: "transposed operands of a batch",
      inputs: [small(dtype, [2, 5, 3]), small(dtype, [2, 4, 5], 2)],
      fn: ([a, b]) => [build.dot(build.matrixTranspose(a), build.matrixTranspose(b))],
      accuracy: summed(5),
    },
  ];
};

interface ConvShape {
  readonly name: string;
  readonly lhs: readonly number[];
  readonly rhs: readonly number[];
  readonly strides?: readonly number[];
  readonly padding?: readonly (readonly [number, number])[];
  readonly lhsDilation?: readonly number[];
  readonly rhsDilation?: readonly number[];
}

const convShapes: readonly ConvShape[] = [
  { name: "1 axis", lhs: [1, 2, 9, 3], rhs: [1, 3, 3, 4] },
  { name: "1 axis, padded and strided", lhs: [1, 2, 9, 3], rhs: [1, 3, 3, 4], strides: [2], padding: [[1, 2]] },
  { name: "2 axes", lhs: [1, 2, 6, 7, 3], rhs: [1, 3, 3, 3, 5] },
  { name: "2 axes, same", lhs: [1, 2, 6, 7, 3], rhs: [1, 3, 3, 3, 8], padding: [[1, 1], [1, 1]] },
  { name: "2 axes, strided", lhs: [1, 1, 8, 9, 2], rhs: [1, 3, 2, 2, 3], strides: [2, 3], padding: [[1, 0], [0, 1]] },
  { name: "2 axes, 1 by 1", lhs: [1, 2, 5, 5, 7], rhs: [1, 1, 1, 7, 9] },
  { name: "2 axes, dilated window", lhs: [1, 1, 9, 9, 2], rhs: [1, 3, 3, 2, 3], rhsDilation: [2, 3], padding: [[2, 2], [3, 3]] },
  { name: "2 axes, dilated input", lhs: [1, 2, 4, 3, 2], rhs: [1, 3, 2, 2, 3], lhsDilation: [2, 3], padding: [[1, 2], [0, 1]] },
  { name: "2 axes, cropped", lhs: [1, 1, 8, 8, 2], rhs: [1, 2, 2, 2, 2], padding: [[-1, -2], [0, -1]] },
  { name: "groups", lhs: [3, 2, 5, 6, 2], rhs: [3, 2, 3, 2, 4], padding: [[1, 1], [0, 2]] },
  { name: "depthwise", lhs: [17, 2, 6, 6, 1], rhs: [17, 3, 3, 1, 1], padding: [[1, 1], [1, 1]] },
  { name: "3 axes", lhs: [1, 1, 4, 5, 4, 2], rhs: [1, 2, 3, 2, 2, 3], padding: [[0, 1], [1, 1], [0, 0]], strides: [1, 2, 1] },
  { name: "an empty batch", lhs: [1, 0, 5, 5, 2], rhs: [1, 2, 2, 2, 3] },
  { name: "no channels", lhs: [1, 1, 5, 5, 0], rhs: [1, 2, 2, 0, 3] },
  { name: "many channels", lhs: [1, 2, 4, 4, 37], rhs: [1, 3, 3, 37, 33], padding: [[1, 1], [1, 1]] },
]; // prettier-ignore

const conv: CaseGenerator = (dtype, context) => {
  if (!takes("dot", {}, { dtype, shape: [1, 1] }, { dtype, shape: [1, 1] })) return [];
  const make = ({ name, lhs, rhs, strides, padding, lhsDilation, rhsDilation }: ConvShape): PrimitiveCase => {
    const spatial = lhs.length - 3;
    const each = <T>(x: T): T[] => Array.from({ length: spatial }, () => x);
    const params = {
      strides: strides ?? each(1),
      padding: padding ?? each([0, 0] as const),
      lhsDilation: lhsDilation ?? each(1),
      rhsDilation: rhsDilation ?? each(1),
    };
    return {
      name,
      inputs: [small(dtype, lhs), small(dtype, rhs, 2)],
      fn: ([x, w]) => [build.conv(x, w, params)],
      accuracy: summed(rhs.slice(1, -1).reduce((a, b) => a * b, 1)),
    };
  };
  const widths = someSizes(context).map((n): ConvShape => ({ name: `${n} features`, lhs: [1, 1, 3, 4, 3], rhs: [1, 2, 2, 3, n] }));
  const lines = someSizes(context).map((n): ConvShape => ({ name: `a line of ${n}`, lhs: [1, 1, 3, n, 2], rhs: [1, 2, 1, 2, 3] }));
  return [...convShapes, ...widths, ...lines].map(make);
};

const windows: Readonly<Record<string, { readonly shape: readonly number[]; readonly params: WindowParams }>> = {
  tiled: { shape: [2, 6, 8, 3], params: { window: [1, 2, 2, 1], strides: [1, 2, 2, 1], padding: [[0, 0], [0, 0], [0, 0], [0, 0]], dilation: [1, 1, 1, 1] } },
  overlapping: { shape: [2, 7, 9, 5], params: { window: [1, 3, 3, 1], strides: [1, 2, 1, 1], padding: [[0, 0], [1, 1], [0, 2], [0, 0]], dilation: [1, 1, 1, 1] } },
  dilated: { shape: [3, 9], params: { window: [2, 3], strides: [1, 2], padding: [[1, 0], [1, 2]], dilation: [1, 2] } },
  channelsFirst: { shape: [2, 3, 6, 6], params: { window: [1, 1, 2, 3], strides: [1, 1, 2, 1], padding: [[0, 0], [0, 0], [0, 0], [1, 1]], dilation: [1, 1, 1, 1] } },
  line: { shape: [65], params: { window: [4], strides: [3], padding: [[1, 1]], dilation: [1] } },
  sparse: { shape: [2, 11], params: { window: [1, 2], strides: [1, 4], padding: [[0, 0], [0, 0]], dilation: [1, 1] } },
  volume: { shape: [1, 4, 5, 4, 2], params: { window: [1, 2, 2, 3, 1], strides: [1, 2, 1, 1, 1], padding: [[0, 0], [0, 0], [1, 0], [1, 1], [0, 0]], dilation: [1, 1, 1, 1, 1] } },
}; // prettier-ignore

/** Shape of what windows give. */
function windowsShape({ shape, params }: (typeof windows)[string]): number[] {
  return shape.map((dim, i) => {
    const reach = (params.window[i] - 1) * params.dilation[i] + 1;
    return Math.floor((dim + params.padding[i][0] + params.padding[i][1] - reach) / params.strides[i]) + 1;
  });
}

const reduceWindow: CaseGenerator = (dtype) =>
  (["sum", "max", "min"] as const)
    .filter((op) => takes("reduce_window", { op, window: [], strides: [], padding: [], dilation: [] }, { dtype, shape: [] }))
    .flatMap((op) =>
      Object.entries(windows).map(([name, { shape, params }]): PrimitiveCase => ({
        name: `${op}, ${name}`,
        inputs: [small(dtype, shape)],
        fn: ([x]) => [build.reduceWindow(op, x, params)],
        accuracy: op === "sum" ? summed(16) : exact,
      })),
    );

const pickingWindow = (kind: "gather" | "scatter"): CaseGenerator => {
  const op = `window_${kind}` as const;
  return (dtype) => {
    const params = { op: "max", window: [], strides: [], padding: [], dilation: [] } as const;
    if (!takes(op, params, { dtype, shape: [] }, { dtype, shape: [] })) return [];
    return (["max", "min"] as const).flatMap((extreme) =>
      Object.entries(windows).flatMap(([name, window]): PrimitiveCase[] => {
        const y = kind === "gather" ? window.shape : windowsShape(window);
        const apply = kind === "gather" ? build.windowGather : build.windowScatter;
        return ([["distinct", shuffled], ["with ties", small]] as const).map(([what, fill]) => ({
          name: `${extreme}, ${name}, ${what}`,
          inputs: [fill(dtype, window.shape), small(dtype, y, 2)],
          fn: ([a, b]) => [apply(extreme, a, b, window.params)],
          accuracy: kind === "gather" ? exact : summed(16),
        })); // prettier-ignore
      }),
    );
  };
};

const gather: CaseGenerator = (dtype, context) => {
  if (!context.dtypes.includes("int32")) return [];
  const take = (shape: readonly number[], axis: number, indices: readonly number[]): PrimitiveCase => ({
    name: `[${shape}] at [${indices}] of axis ${axis}`,
    inputs: [ordinary(dtype, shape), indicesBelow(shape[axis], indices)],
    fn: ([x, i]) => [build.gather(x, i, axis)],
  });
  return [
    take([5], 0, []),
    take([5], 0, [9]),
    take([5, 4], 0, [3]),
    take([5, 4], 1, [2, 3]),
    take([2, 7, 3], 1, [4]),
    take([2, 3, 7], 2, [2, 2]),
    take([4, 3], 0, [0]),
    take([4, 0], 0, [3]),
    ...someSizes(context).map((n) => take([6, n], 0, [4])),
    {
      name: "through views",
      inputs: [ordinary(dtype, [5, 7]), indicesBelow(3, [2, 2])],
      fn: ([x, i]) => Object.values(throughViews).map((view) => build.gather(view(x), build.transpose(i, [1, 0]), 0)),
    },
  ];
};

const scatter: CaseGenerator = (dtype, context) => {
  if (!context.dtypes.includes("int32")) return [];
  const ops: readonly ScatterOp[] = ["set", "add", "mul", "max", "min"];
  const indices = { dtype: "int32", shape: [1] } as const;
  return ops
    .filter((op) => takes("scatter", { axis: 0, op }, { dtype, shape: [1] }, indices, { dtype, shape: [1] }))
    .flatMap((op): PrimitiveCase[] => {
      const put = (shape: readonly number[], axis: number, at: readonly number[]): PrimitiveCase => ({
        name: `${op}, [${shape}] at [${at}] of axis ${axis}`,
        inputs: [
          small(dtype, shape),
          indicesBelow(shape[axis], at),
          small(dtype, [...shape.slice(0, axis), ...at, ...shape.slice(axis + 1)], 2),
        ],
        fn: ([x, i, u]) => [build.scatter(op, x, i, u, axis)],
        accuracy: op === "add" || op === "mul" ? summed(32) : exact,
      });
      return [
        put([5], 0, []),
        put([5], 0, [30]),
        put([5, 4], 0, [7]),
        put([3, 5], 1, [2, 3]),
        put([2, 7, 3], 1, [9]),
        put([4, 3], 0, [0]),
        put([4, 0], 0, [3]),
        ...someSizes(context).map((n) => put([6, n], 0, [8])),
      ];
    });
};

const cumulative: CaseGenerator = (dtype, context) =>
  reduceOps
    .filter((op) => takes("cumulative", { op, axis: 0, reverse: false }, { dtype, shape: [1] }))
    .flatMap((op) =>
      [false, true].flatMap((reverse): PrimitiveCase[] => {
        const apply = (x: Value, axis: number): Value => build.cumulative(op, x, axis, reverse);
        const sizes = someSizes(context);
        const accuracy = op === "max" || op === "min" ? exact : { ulps: 40, spread: 40 };
        const cases: PrimitiveCase[] = [
          { name: "each axis", inputs: [small(dtype, [3, 5, 4])], fn: ([x]) => [0, 1, 2].map((axis) => apply(x, axis)) },
          { name: "sizes", inputs: sizes.map((n) => small(dtype, [n], n)), fn: (xs) => xs.map((x) => apply(x, 0)) },
          { name: "sizes of columns", inputs: sizes.map((n) => small(dtype, [4, n], n)), fn: (xs) => xs.map((x) => apply(x, 0)) },
          { name: "empty", inputs: [small(dtype, [0]), small(dtype, [3, 0])], fn: ([a, b]) => [apply(a, 0), apply(b, 0), apply(b, 1)] },
          { name: "through views", inputs: [small(dtype, [5, 7])], fn: ([x]) => Object.values(throughViews).map((view) => apply(view(x), 1)) }, // prettier-ignore
        ];
        return cases.map((each) => ({ ...each, name: `${op}${reverse ? ", reverse" : ""}, ${each.name}`, accuracy }));
      }),
    );

const argsort: CaseGenerator = (dtype, context) => {
  if (!takes("argsort", { axis: 0, descending: false }, { dtype, shape: [1] })) return [];
  const edge = specialValues(dtype, context.values);
  return [false, true].flatMap((descending): PrimitiveCase[] => {
    const apply = (x: Value, axis: number): Value => build.argsort(x, axis, descending);
    const sizes = someSizes(context);
    const cases: PrimitiveCase[] = [
      { name: "each axis", inputs: [ordinary(dtype, [3, 5, 4])], fn: ([x]) => [0, 1, 2].map((axis) => apply(x, axis)) },
      { name: "equal elements keep their order", inputs: [small(dtype, [3, 70])], fn: ([x]) => [apply(x, 0), apply(x, 1)] },
      { name: "edge values", inputs: [edge], fn: ([x]) => [apply(x, 0)] },
      { name: "sizes", inputs: sizes.map((n) => shuffled(dtype, [n], n)), fn: (xs) => xs.map((x) => apply(x, 0)) },
      { name: "empty", inputs: [ordinary(dtype, [0]), ordinary(dtype, [3, 0])], fn: ([a, b]) => [apply(a, 0), apply(b, 0), apply(b, 1)] },
    ];
    return cases.map((each) => ({ ...each, name: `${descending ? "descending" : "ascending"}, ${each.name}` }));
  });
};

type Structured =
  | "reduce" | "argreduce" | "dot" | "conv" | "reduce_window" | "window_gather" | "window_scatter" | "gather" | "scatter" | "cumulative" | "argsort"; // prettier-ignore

export const structuredGenerators: Record<Structured & PrimitiveName, CaseGenerator> = {
  reduce,
  argreduce,
  dot,
  conv,
  reduce_window: reduceWindow,
  window_gather: pickingWindow("gather"),
  window_scatter: pickingWindow("scatter"),
  gather,
  scatter,
  cumulative,
  argsort,
};
