/** Reductions, products, windows, indexing, running reductions and sorting in every dtype, against the reference backend. */
import { type DType, type Value, type WindowParams, build as b, dtypes } from "@neurite/core";
import { describe, expect, test } from "vitest";
import { type Sample, expectAgreement, graphOf, runGraph, sampleOf } from "./testing/compare.ts";
import { eachBackend, randomNumbers } from "./testing/plans.ts";

const backends = eachBackend();
const floating: readonly DType[] = ["float16", "bfloat16", "float32", "float64"];
const integers: readonly DType[] = ["int8", "uint8", "int32", "uint32", "int64"];
const real: readonly DType[] = [...floating, ...integers];
const number: readonly DType[] = [...real, "complex64"];

/** Numbers near 1, whose products neither overflow nor vanish. */
function nearOne(dtype: DType, shape: readonly number[], random: () => number): Sample {
  const x = sampleOf(dtype, shape, random, false);
  if (!floating.includes(dtype) && dtype !== "complex64") return x;
  return {
    ...x,
    elements: x.elements.map((value, i) => (dtype === "complex64" && i % 2 === 1 ? Number(value) / 8 : 1 + Number(value) / 16)),
  };
}

describe("reduce", () => {
  const shapes = [
    [3, 4, 5],
    [64, 7],
    [2, 300],
    [300, 3],
    [1, 2000],
    [40, 33, 2],
  ];
  test.each(["bool" as const, ...number])("of %s along every choice of axes", (dtype) => {
    const random = randomNumbers(29);
    const ops =
      dtype === "bool"
        ? (["max", "min"] as const)
        : dtype === "complex64"
          ? (["sum", "prod"] as const)
          : (["sum", "prod", "max", "min"] as const);
    for (const shape of shapes) {
      for (const op of ops) {
        const x = op === "prod" ? nearOne(dtype, shape, random) : sampleOf(dtype, shape, random, op !== "sum");
        for (let mask = 1; mask < 1 << shape.length; mask++) {
          const axes = shape.map((_, axis) => axis).filter((axis) => (mask >> axis) & 1);
          if (op === "prod" && axes.reduce((size, axis) => size * shape[axis], 1) > 40) continue;
          // Sums in another order differ by roundings of what is summed.
          const tolerance = op === "sum" ? { places: 64, floor: 1 } : { places: op === "prod" ? 64 : 0 };
          expectAgreement(backends, `${op} [${shape.join()}] along ${axes.join()}`, [x], (value) => [b.reduce(op, value, axes)], tolerance);
        }
      }
    }
  });

  test.each(real)("argreduce of %s: the first extreme, NaN first of all", (dtype) => {
    const random = randomNumbers(31);
    for (const shape of [[7], [4, 9], [3, 40, 5]]) {
      const x = sampleOf(dtype, shape, random);
      for (let axis = 0; axis < shape.length; axis++) {
        expectAgreement(backends, "argreduce", [x], (value) => [b.argreduce("max", value, axis), b.argreduce("min", value, axis)]);
      }
    }
  });

  test.each([...floating, "int64" as const])("rows of %s: what is reduced goes back to its row", (dtype) => {
    const random = randomNumbers(37);
    for (const shape of [
      [5, 7],
      [3, 200],
      [40, 33],
    ]) {
      const x = sampleOf(dtype, shape, random, false);
      const softmax = (value: Value): Value[] => {
        const shifted = b.sub(value, b.reduceKeep("max", value, [1]));
        return [shifted, b.sub(value, b.reduceKeep("sum", shifted, [1]))];
      };
      expectAgreement(backends, "rows", [x], softmax, { places: 64, floor: 64 });
    }
  });
});

describe("products", () => {
  test.each(number)("dot of %s, batched, transposed and with an epilogue", (dtype) => {
    const random = randomNumbers(41);
    for (const [m, k, n] of [
      [1, 1, 1],
      [3, 5, 7],
      [17, 33, 9],
      [4, 300, 20],
      [130, 20, 260],
      [1, 64, 50],
      [50, 64, 1],
    ] as const) {
      const inputs = [
        sampleOf(dtype, [2, m, k], random, false),
        sampleOf(dtype, [2, k, n], random, false),
        sampleOf(dtype, [2, n, k], random, false),
        sampleOf(dtype, [n], random, false),
      ];
      const build = (x: Value, y: Value, z: Value, bias: Value): Value[] => [
        b.dot(x, y),
        b.add(b.dot(x, b.transpose(z, [0, 2, 1])), bias),
        b.transpose(b.dot(x, y), [2, 0, 1]),
      ];
      expectAgreement(backends, `dot ${m} ${k} ${n}`, inputs, build, { places: 32, floor: 3 * Math.sqrt(k) * 3 });
    }
  });

  test.each(number)("conv of %s with strides, padding and dilations", (dtype) => {
    const random = randomNumbers(43);
    const params = {
      strides: [2, 1],
      padding: [
        [1, 2],
        [0, 1],
      ] as [number, number][],
      lhsDilation: [1, 2],
      rhsDilation: [1, 2],
    };
    const inputs = [sampleOf(dtype, [2, 2, 7, 6, 3], random, false), sampleOf(dtype, [2, 3, 2, 3, 5], random, false)];
    expectAgreement(backends, "conv", inputs, (x, y) => [b.conv(x, y, params)], { places: 32, floor: 40 });
  });
});

describe("windows", () => {
  const params: WindowParams = {
    window: [1, 3, 2, 1],
    strides: [1, 2, 1, 1],
    padding: [
      [0, 0],
      [1, 1],
      [0, 1],
      [0, 0],
    ],
    dilation: [1, 1, 2, 1],
  };
  test.each(number)("of %s", (dtype) => {
    const random = randomNumbers(47);
    for (const channels of [1, 3, 17]) {
      const x = sampleOf(dtype, [2, 7, 6, channels], random, false);
      const y = sampleOf(dtype, [2, 7, 6, channels], random, false);
      const shape = [2, 4, 5, channels];
      expectAgreement(backends, "sums", [x], (value) => [b.reduceWindow("sum", value, params)], { places: 16, floor: 8 });
      if (dtype === "complex64") continue;
      const z = sampleOf(dtype, shape, random, false);
      expectAgreement(
        backends,
        "windows",
        [x, y, z],
        (value, other, spread) => [
          b.reduceWindow("max", value, params),
          b.reduceWindow("min", value, params),
          b.windowGather("max", value, other, params),
          b.windowScatter("min", value, spread, params),
        ],
        { places: 8, floor: 8 },
      );
    }
  });

  test("windows of more than 127 elements of 8-bit integers", () => {
    const random = randomNumbers(53);
    const large: WindowParams = {
      window: [12, 12],
      strides: [12, 12],
      padding: [
        [0, 0],
        [0, 0],
      ],
      dilation: [1, 1],
    };
    const inputs = [sampleOf("uint8", [24, 24], random), sampleOf("uint8", [2, 2], random)];
    expectAgreement(backends, "window_scatter", inputs, (x, y) => [b.windowScatter("max", x, y, large), b.reduceWindow("sum", x, large)]);
  });
});

describe("indexing", () => {
  test.each(dtypes)("gather and scatter of %s along every axis", (dtype) => {
    const random = randomNumbers(59);
    const x = dtype === "complex64" || floating.includes(dtype) ? nearOne(dtype, [4, 5, 3], random) : sampleOf(dtype, [4, 5, 3], random);
    for (let axis = 0; axis < 3; axis++) {
      const size = [4, 5, 3][axis];
      const indices: Sample = { dtype: "int32", shape: [2, 3], elements: Array.from({ length: 6 }, () => Math.floor(random() * size)) };
      const updates = nearOne(dtype, [...x.shape.slice(0, axis), 2, 3, ...x.shape.slice(axis + 1)], random);
      const ops =
        dtype === "bool"
          ? (["set"] as const)
          : dtype === "complex64"
            ? (["set", "add", "mul"] as const)
            : (["set", "add", "mul", "max", "min"] as const);
      expectAgreement(
        backends,
        "indexing",
        [x, indices, updates],
        (value, at, update) => [b.gather(value, at, axis), ...ops.map((op) => b.scatter(op, value, at, update, axis))],
        { places: 8, floor: 1 },
      );
    }
  });
});

describe("running reductions", () => {
  test.each(number)("of %s along every axis, both ways", (dtype) => {
    const random = randomNumbers(61);
    for (const shape of [[9], [4, 70], [5, 3, 66], [130, 2], [0, 3], [3, 1]]) {
      for (let axis = 0; axis < shape.length; axis++) {
        const sums = sampleOf(dtype, shape, random, false);
        const products = nearOne(dtype, shape, random);
        for (const reverse of [false, true]) {
          expectAgreement(backends, "sums", [sums], (x) => [b.cumulative("sum", x, axis, reverse)], { places: 32, floor: 8 });
          expectAgreement(backends, "products", [products], (x) => [b.cumulative("prod", x, axis, reverse)], { places: 64, floor: 1 });
          if (dtype === "complex64") continue;
          const x = sampleOf(dtype, shape, random);
          expectAgreement(
            backends,
            "extremes",
            [x],
            (value) => [b.cumulative("max", value, axis, reverse), b.cumulative("min", b.neg(value), axis, reverse)],
            { places: 0 },
          );
        }
      }
    }
  });
});

describe("argsort", () => {
  test.each(["bool" as const, ...real])("of %s is stable, with NaN last both ways, on short and long lines", (dtype) => {
    const random = randomNumbers(67);
    for (const shape of [[1], [2], [17], [100, 3], [3, 250], [2, 1000], [0, 4], [5, 0]]) {
      const x = sampleOf(dtype, shape, random);
      for (let axis = 0; axis < shape.length; axis++) {
        expectAgreement(backends, "argsort", [x], (value) => [b.argsort(value, axis), b.argsort(value, axis, true)]);
      }
    }
  });

  test("views are sorted as they are seen", () => {
    const random = randomNumbers(71);
    const x = sampleOf("float32", [6, 8], random);
    expectAgreement(backends, "argsort", [x], (value) => [
      b.argsort(b.flip(b.transpose(value, [1, 0]), [0]), 0),
      b.cumulative("sum", b.transpose(value, [1, 0]), 1),
    ]);
  });
});

test("kernels of all kinds give the same on one thread and on two", () => {
  const random = randomNumbers(73);
  const x = sampleOf("float32", [200, 300], random, false);
  const graph = graphOf([x], (value) => [
    b.cumulative("sum", value, 0),
    b.argsort(value, 1),
    b.dot(b.cast(value, "float64"), b.cast(b.transpose(value, [1, 0]), "float64")),
  ]);
  for (let i = 0; i < backends.length; i += 2) {
    expect(runGraph(backends[i + 1], graph, [x])).toEqual(runGraph(backends[i], graph, [x]));
  }
});
