import { bindOne, build, type Value } from "@neurite/core";
import { ordinary } from "../samples/values.ts";
import type { CaseGenerator, PrimitiveCase } from "./case.ts";
import { throughViews } from "./elementwise.ts";
import { someSizes } from "./structured.ts";

function permutations(rank: number): number[][] {
  if (rank === 0) return [[]];
  return permutations(rank - 1).flatMap((rest) => Array.from({ length: rank }, (_, i) => rest.toSpliced(i, 0, rank - 1)));
}

type Views = "reshape" | "transpose" | "broadcast" | "slice" | "flip" | "pad" | "concat";

/** Views whose result is read, and views under a computation. */
function both(name: string, inputs: PrimitiveCase["inputs"], view: (x: Value) => Value): PrimitiveCase[] {
  return [
    { name, inputs, fn: ([x]) => [view(x)] },
    { name: `${name}, of a result and before another`, inputs, fn: ([x]) => [computed(view(computed(x)))] },
  ];
}

/** Something elementwise that every dtype takes and that keeps the elements. */
function computed(x: Value): Value {
  return build.select(build.eq(build.iota([1], 0), 0), x, build.zerosLike(x));
}

export const viewGenerators: Record<Views, CaseGenerator> = {
  reshape: (dtype) => [
    ...both("[4,6] to [2,3,4]", [ordinary(dtype, [4, 6])], (x) => build.reshape(x, [2, 3, 4])),
    ...both("0-d to [1,1]", [ordinary(dtype, [])], (x) => build.reshape(x, [1, 1])),
    ...both("empty", [ordinary(dtype, [0, 3])], (x) => build.reshape(x, [3, 0, 2])),
    ...both("of a transposed array", [ordinary(dtype, [4, 6])], (x) => build.reshape(build.transpose(x, [1, 0]), [8, 3])),
    ...both("of each view", [ordinary(dtype, [5, 7])], (x) => build.concat(Object.values(throughViews).map((view) => { const y = view(x); return build.reshape(y, [y.shape[0] * y.shape[1]]); }), 0)), // prettier-ignore
  ],
  transpose: (dtype, context) => [
    ...permutations(3).flatMap((permutation) => both(`[${permutation}]`, [ordinary(dtype, [3, 4, 5])], (x) => bindOne("transpose", [x], { permutation }))), // prettier-ignore
    ...permutations(4).slice(0, context.thorough ? 24 : 8).flatMap((permutation) => both(`[${permutation}]`, [ordinary(dtype, [2, 3, 1, 5])], (x) => bindOne("transpose", [x], { permutation }))), // prettier-ignore
    {
      name: "sizes",
      inputs: someSizes(context).map((n) => ordinary(dtype, [n, 9], n)),
      fn: (xs) => xs.map((x) => build.transpose(x, [1, 0])),
    },
    ...both("empty", [ordinary(dtype, [0, 3])], (x) => build.transpose(x, [1, 0])),
  ],
  broadcast: (dtype) => [
    ...both("0-d", [ordinary(dtype, [])], (x) => build.broadcast(x, [3, 4])),
    ...both("a row", [ordinary(dtype, [5])], (x) => build.broadcast(x, [3, 5])),
    ...both("a column", [ordinary(dtype, [4, 1])], (x) => build.broadcast(x, [2, 4, 3])),
    ...both("in the middle", [ordinary(dtype, [2, 1, 3])], (x) => build.broadcast(x, [2, 4, 3])),
    ...both("to nothing", [ordinary(dtype, [1, 3])], (x) => build.broadcast(x, [0, 3])),
  ],
  slice: (dtype) => [
    ...both("a block", [ordinary(dtype, [5, 7])], (x) => build.slice(x, [1, 2], [4, 6])),
    ...both("with strides", [ordinary(dtype, [5, 7])], (x) => build.slice(x, [0, 1], [5, 7], [2, 3])),
    ...both("nothing", [ordinary(dtype, [5, 7])], (x) => build.slice(x, [2, 0], [2, 7])),
    ...both("one element", [ordinary(dtype, [5, 7])], (x) => build.slice(x, [4, 6], [5, 7])),
    ...both("of a slice", [ordinary(dtype, [9, 7])], (x) => build.slice(build.slice(x, [1, 0], [9, 7], [2, 2]), [1, 1], [4, 4], [2, 1])),
  ],
  flip: (dtype) => [
    ...both("rows", [ordinary(dtype, [5, 7])], (x) => build.flip(x, [0])),
    ...both("columns", [ordinary(dtype, [5, 7])], (x) => build.flip(x, [1])),
    ...both("both", [ordinary(dtype, [5, 7])], (x) => build.flip(x, [0, 1])),
    ...both("empty", [ordinary(dtype, [0, 2])], (x) => build.flip(x, [0])),
  ],
  pad: (dtype) => {
    const pad = (name: string, shape: readonly number[], low: readonly number[], high: readonly number[], interior?: readonly number[]): PrimitiveCase[] => [
      { name, inputs: [ordinary(dtype, shape), ordinary(dtype, [], 5)], fn: ([x, value]) => [build.pad(x, low, high, interior, value)] },
      { name: `${name}, of a view`, inputs: [ordinary(dtype, shape.toReversed()), ordinary(dtype, [], 5)], fn: ([x, value]) => [computed(build.pad(build.transpose(x, shape.map((_, i) => i).reverse()), low, high, interior, value))] },
    ]; // prettier-ignore
    return [
      ...pad("around", [3, 4], [1, 2], [2, 1]),
      ...pad("between", [3, 4], [0, 0], [0, 0], [1, 2]),
      ...pad("cropping", [5, 6], [-1, 2], [1, -3]),
      ...pad("cropping what was put between", [4, 3], [-2, 0], [-1, 1], [2, 1]),
      ...pad("nothing", [0, 2], [2, 0], [1, 0]),
    ];
  },
  concat: (dtype, context) => [
    { name: "rows", inputs: [ordinary(dtype, [2, 3]), ordinary(dtype, [1, 3], 2), ordinary(dtype, [4, 3], 3)], fn: (xs) => [bindOne("concat", xs, { axis: 0 })] },
    { name: "columns", inputs: [ordinary(dtype, [3, 2]), ordinary(dtype, [3, 5], 2)], fn: (xs) => [bindOne("concat", xs, { axis: 1 })] },
    { name: "with an empty one", inputs: [ordinary(dtype, [2, 0]), ordinary(dtype, [2, 3], 2)], fn: (xs) => [bindOne("concat", xs, { axis: 1 })] },
    { name: "one alone", inputs: [ordinary(dtype, [2, 3])], fn: (xs) => [bindOne("concat", xs, { axis: 0 })] },
    { name: "one twice", inputs: [ordinary(dtype, [2, 3])], fn: ([x]) => [bindOne("concat", [x, x], { axis: 1 })] },
    { name: "results and views", inputs: [ordinary(dtype, [3, 4]), ordinary(dtype, [4, 3], 2)], fn: ([a, b]) => [computed(bindOne("concat", [computed(a), build.transpose(b, [1, 0]), build.flip(a, [0])], { axis: 0 }))] },
    { name: "sizes", inputs: someSizes(context).map((n) => ordinary(dtype, [2, n], n)), fn: (xs) => [bindOne("concat", xs, { axis: 1 })] },
  ], // prettier-ignore
};
