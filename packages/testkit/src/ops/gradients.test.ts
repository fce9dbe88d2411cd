/** Derivatives of ops against central differences in float64, in general position; and at kinks against TensorFlow's choices. */
import { GradientTape, grad, ops, setDefaultDevice, type Tensor, tensor, withDevice } from "@neurite/core";
import { reference } from "@neurite/backend-reference";
import { beforeAll, describe, expect, test } from "vitest";

const exact = reference({ precision: "float64" });
beforeAll(() => setDefaultDevice(reference()));

/** Points without ties, none near a kink. */
const points = (count: number, low = -1.7, high = 1.9): number[] =>
  Array.from({ length: count }, (_, i) => low + (high - low) * ((i * 0.6180339887 + 0.137) % 1));

type Fn = (...xs: Tensor[]) => Tensor;

/** Largest difference between the op's gradient and central differences of a weighted sum of its results. */
function gradientError(fn: Fn, shapes: readonly (readonly number[])[], range: readonly [number, number] = [-1.7, 1.9]): number {
  return withDevice(exact, () => {
    const data = shapes.map((shape, k) => points(shape.reduce((a, b) => a * b, 1) + k, ...range).slice(k));
    const make = (): Tensor[] => data.map((values, i) => tensor(values, { shape: shapes[i] as number[], dtype: "float64" }));
    const weighted = (xs: Tensor[]): Tensor => {
      const y = fn(...xs);
      return ops.sum(ops.multiply(y, ops.reshape(tensor(points(y.size, 0.3, 1.4), { dtype: "float64" }), y.shape)));
    };
    const xs = make();
    const tape = new GradientTape();
    tape.watch(...xs);
    const gradients = tape.gradient(tape.run(() => weighted(xs) as never) as Tensor, xs, { unconnectedGradients: "zero" }) as Tensor[];
    let worst = 0;
    const step = 1e-5;
    data.forEach((values, k) => {
      const found = gradients[k]?.dataSync() as Float64Array;
      values.forEach((value, j) => {
        const at = (v: number): number => {
          values[j] = v;
          const result = weighted(make()).itemSync();
          values[j] = value;
          return result;
        };
        const expected = (at(value + step) - at(value - step)) / (2 * step);
        worst = Math.max(worst, Math.abs((found[j] as number) - expected) / Math.max(1, Math.abs(expected)));
      });
    });
    return worst;
  });
}

const unary: readonly { readonly name: string; readonly fn: Fn; readonly range?: readonly [number, number] }[] = [
  { name: "sinh", fn: ops.sinh },
  { name: "cosh", fn: ops.cosh },
  { name: "tan", fn: ops.tan, range: [-1.2, 1.2] },
  { name: "arcsinh", fn: ops.arcsinh },
  { name: "arccosh", fn: ops.arccosh, range: [1.2, 4] },
  { name: "arctanh", fn: ops.arctanh, range: [-0.8, 0.8] },
  { name: "arcsin", fn: ops.arcsin, range: [-0.8, 0.8] },
  { name: "arccos", fn: ops.arccos, range: [-0.8, 0.8] },
  { name: "arctan", fn: ops.arctan },
  { name: "cbrt", fn: ops.cbrt, range: [0.2, 3] },
  { name: "sinc", fn: ops.sinc },
  { name: "exp2", fn: ops.exp2 },
  { name: "log2", fn: ops.log2, range: [0.2, 3] },
  { name: "sigmoid", fn: ops.sigmoid },
  { name: "logSigmoid", fn: ops.logSigmoid },
  { name: "silu", fn: ops.silu },
  { name: "softplus", fn: ops.softplus },
  { name: "softsign", fn: ops.softsign },
  { name: "elu", fn: (x) => ops.elu(x) },
  { name: "celu", fn: (x) => ops.celu(x, { alpha: 0.7 }) },
  { name: "selu", fn: ops.selu },
  { name: "gelu", fn: (x) => ops.gelu(x) },
  { name: "gelu, exact", fn: (x) => ops.gelu(x, { approximate: false }) },
  { name: "leakyRelu", fn: (x) => ops.leakyRelu(x) },
  { name: "hardSilu", fn: ops.hardSilu },
  { name: "squareplus", fn: (x) => ops.squareplus(x) },
  { name: "sparsePlus", fn: ops.sparsePlus },
  { name: "tanhShrink", fn: ops.tanhShrink },
  { name: "softShrink", fn: (x) => ops.softShrink(x) },
];

describe("gradients equal central differences", () => {
  test("and the check sees a wrong one", () => {
    expect(gradientError((x) => ops.multiply(x, ops.stopGradient(x)), [[3]])).toBeGreaterThan(0.1);
  });

  test.each(unary)("$name", ({ fn, range }) => {
    expect(gradientError(fn, [[7]], range)).toBeLessThan(1e-7);
  });

  test.each<readonly [string, Fn, readonly (readonly number[])[]]>([
    ["logaddexp", ops.logaddexp, [[2, 3], [3]]],
    ["hypot", ops.hypot, [[2, 3], [3]]],
    ["arctan2", ops.arctan2, [[2, 3], [3]]],
    ["softmax", (x) => ops.softmax(x, { axis: 0 }), [[3, 4]]],
    ["softmax over two axes", (x) => ops.softmax(x, { axis: [0, 2] }), [[2, 2, 3]]],
    ["logSoftmax", (x) => ops.logSoftmax(x), [[3, 4]]],
    ["logsumexp", (x) => ops.logsumexp(x, { axis: 1 }), [[3, 4]]],
    ["var", (x) => ops.var(x, { axis: 1 }), [[3, 4]]],
    ["std", (x) => ops.std(x), [[3, 4]]],
    ["norm", (x) => ops.norm(x, { axis: 1 }), [[3, 4]]],
    ["norm of order 3", (x) => ops.norm(x, { ord: 3, axis: 1 }), [[3, 4]]],
    ["nuclear norm", (x) => ops.norm(x, { ord: "nuc", axis: [0, 1] }), [[3, 4]]],
    ["median", (x) => ops.median(x, { axis: 1 }), [[3, 4]]],
    ["quantile", (x) => ops.quantile(x, 0.3, { axis: 1 }), [[3, 5]]],
    ["sort", (x) => ops.sort(x, { axis: 0 }), [[4, 3]]],
    ["topK", (x) => ops.topK(x, 2)[0], [[3, 4]]],
    ["cumprod", (x) => ops.cumprod(x, { axis: 1 }), [[2, 4]]],
    [
      "einsum",
      (a, b) => ops.einsum("bij,kj->bik", a, b),
      [
        [2, 3, 4],
        [5, 4],
      ],
    ],
    ["pinv of a tall matrix", (a) => ops.pinv(a), [[4, 2]]],
    ["pinv of wide ones", (a) => ops.pinv(a), [[2, 2, 3]]],
    [
      "lstsq of fewer, in a batch",
      (a, b) => ops.lstsq(a, b),
      [
        [2, 2, 3],
        [2, 2],
      ],
    ],
    ["einsum with a diagonal", (a) => ops.einsum("iij->j", a), [[3, 3, 2]]],
    [
      "tensordot",
      (a, b) => ops.tensordot(a, b),
      [
        [2, 3, 4],
        [3, 4, 2],
      ],
    ],
    [
      "kron",
      ops.kron,
      [
        [2, 2],
        [3, 2],
      ],
    ],
    [
      "cross",
      (a, b) => ops.cross(a, b),
      [
        [2, 3],
        [2, 3],
      ],
    ],
    [
      "cdist",
      ops.cdist,
      [
        [3, 2],
        [4, 2],
      ],
    ],
    ["getItem, backwards", (x) => ops.getItem(x, [[null, null, -2], 1]), [[5, 3]]],
    ["getItem, tensors", (x) => ops.getItem(x, [tensor([1, 1, 0], { dtype: "int32" })]), [[3, 2]]],
    ["take", (x) => ops.take(x, [2, -1, 2], { axis: 1 }), [[2, 3]]],
    [
      "takeAlongAxis",
      (x) =>
        ops.takeAlongAxis(
          x,
          [
            [0, 1],
            [1, 1],
          ],
          { axis: 1 },
        ),
      [[2, 3]],
    ],
    [
      "sliceUpdate",
      (x, u) => ops.sliceUpdate(x, [1, 0], u),
      [
        [4, 3],
        [2, 2],
      ],
    ],
    [
      "scatterUpdate add",
      (x, u) => ops.scatterUpdate(x, [[0], [2], [0]], u, { reduction: "add" }),
      [
        [4, 2],
        [3, 2],
      ],
    ],
    ["segmentSum", (x) => ops.segmentSum(x, [0, 2, 0], { numSegments: 4 }), [[3, 2]]],
    [
      "pad reflect",
      (x) =>
        ops.pad(
          x,
          [
            [2, 1],
            [0, 3],
          ],
          { mode: "reflect" },
        ),
      [[4, 5]],
    ],
    ["roll", (x) => ops.roll(x, 2, { axis: 1 }), [[2, 5]]],
    ["averagePool", (x) => ops.averagePool(x, 2, { strides: 1, padding: "same" }), [[1, 3, 4, 2]]],
    ["maxPool", (x) => ops.maxPool(x, 2, { strides: 1 }), [[1, 3, 4, 2]]],
    ["adaptiveAveragePool", (x) => ops.adaptiveAveragePool(x, 3), [[1, 5, 4, 1]]],
    ["adaptiveMaxPool", (x) => ops.adaptiveMaxPool(x, 3), [[1, 5, 4, 1]]],
    [
      "conv, grouped",
      (x, w) => ops.conv(x, w, { strides: 2, padding: "same" }),
      [
        [1, 5, 4, 4],
        [3, 3, 2, 4],
      ],
    ],
    [
      "depthwiseConv, dilated",
      (x, w) => ops.depthwiseConv(x, w, { dilationRate: 2 }),
      [
        [1, 6, 6, 2],
        [2, 2, 2, 2],
      ],
    ],
    [
      "convTranspose",
      (x, w) => ops.convTranspose(x, w, { strides: 2, padding: "same" }),
      [
        [1, 3, 3, 2],
        [3, 3, 2, 2],
      ],
    ],
    ["layerNormalization", (x, g, b) => ops.layerNormalization(x, { gamma: g, beta: b }), [[2, 5], [5], [5]]],
    [
      "batchNormalization by its own moments",
      (x) => {
        const [mean, variance] = ops.moments(x, [0]);
        return ops.batchNormalization(x, mean, variance, -1);
      },
      [[4, 3]],
    ],
    ["rmsNormalization", (x) => ops.rmsNormalization(x), [[2, 5]]],
    ["normalize", (x) => ops.normalize(x), [[2, 5]]],
    ["binaryCrossentropy from logits", (x) => ops.binaryCrossentropy(ops.sigmoid(ops.multiply(x, 0)), x, { fromLogits: true }), [[2, 3]]],
    ["sparseCategoricalCrossentropy", (x) => ops.sparseCategoricalCrossentropy([1, 0], x, { fromLogits: true }), [[2, 3]]],
    ["sparseCategoricalCrossentropy of probabilities", (x) => ops.sparseCategoricalCrossentropy([1, 0], ops.softmax(x)), [[2, 3]]],
    [
      "categoricalCrossentropy",
      (x) =>
        ops.categoricalCrossentropy(
          [
            [0, 1, 0],
            [0.2, 0.3, 0.5],
          ],
          x,
          { fromLogits: true },
        ),
      [[2, 3]],
    ],
    ["sparsemax", (x) => ops.sparsemax(x), [[2, 4]]],
    ["glu", (x) => ops.glu(x), [[2, 4]]],
    [
      "solve",
      (a, b) => ops.solve(ops.add(a, ops.multiply(ops.eye(3, { dtype: "float64" }), 4)), b),
      [
        [3, 3],
        [3, 2],
      ],
    ],
    ["det", ops.det, [[3, 3]]],
    ["slogdet", (x) => ops.slogdet(x)[1], [[3, 3]]],
    ["unfold", (x) => ops.unfold(x, 2, { stride: 2, padding: 1 }), [[1, 2, 4, 4]]],
    ["fold", (x) => ops.fold(x, 4, 2), [[1, 4, 9]]],
    ["depthToSpace", (x) => ops.depthToSpace(x, 2), [[1, 2, 2, 4]]],
    ["foriLoop", (x) => ops.foriLoop(0, 3, (_, v: Tensor) => v.mul(x), ops.onesLike(x)), [[3]]],
    [
      "whileLoop",
      (x) =>
        ops.whileLoop(
          (v) => ops.sum(v.abs()).less(20),
          (v) => v.mul(1.5),
          x,
          { maximumIterations: 8 },
        ),
      [[3]],
    ],
    ["scan", (x) => ops.scan((c, s) => [c.mul(s), c.add(s)], ops.multiply(x.at(0), 2), x)[1], [[4, 2]]],
    [
      "cond",
      (x) =>
        ops.cond(
          ops.sum(x).less(100),
          () => x.mul(x),
          () => x,
        ),
      [[3]],
    ],
    ["associativeScan", (x) => ops.associativeScan((a: Tensor, b: Tensor) => a.mul(b), x, { axis: 1 }), [[2, 5]]],
  ])("%s", (_, fn, shapes) => {
    expect(gradientError(fn, shapes)).toBeLessThan(2e-7);
  });
});

describe("second derivatives equal central differences of the first", () => {
  const weights = (x: Tensor): Tensor => ops.reshape(ops.sin(ops.arange(x.size, { dtype: "float64" })), x.shape);
  test.each<readonly [string, Fn]>([
    ["softmax", (x) => ops.softmax(x)],
    ["logSoftmax", (x) => ops.logSoftmax(x)],
    ["sigmoid", ops.sigmoid],
    ["silu", ops.silu],
    ["relu of squares", (x) => ops.relu(ops.square(x))],
    ["erfinv", (x) => ops.erfinv(ops.tanh(x))],
    ["var", (x) => ops.var(x, { axis: 1, keepdims: true })],
    ["layerNormalization", (x) => ops.layerNormalization(x)],
    [
      "batchNormalization",
      (x) => {
        const [mean, variance] = ops.moments(x, [0]);
        return ops.batchNormalization(x, mean, variance, -1, { scale: [1, 2, 3, 4], offset: [0, 1, 2, 3] });
      },
    ],
    ["logsumexp", (x) => ops.logsumexp(x, { axis: 1 })],
    ["gelu", (x) => ops.gelu(x)],
  ])("%s", (_, fn) => {
    const weighted = (x: Tensor): Tensor => {
      const y = fn(x);
      return ops.sum(ops.multiply(y, weights(y)));
    };
    // erfinv's value is a polynomial of float32's exactness; its derivative is not that of the polynomial.
    expect(gradientError((x) => grad(weighted)(x) as Tensor, [[3, 4]])).toBeLessThan(_ === "erfinv" ? 1e-4 : 1e-6);
  });
});

describe("derivatives at kinks and extremes", () => {
  const derivative = async (fn: Fn, at: readonly number[]): Promise<number[]> =>
    Array.from((await grad((x: Tensor) => ops.sum(fn(x)))(tensor([...at])).data()) as Float32Array);

  test.each<readonly [string, Fn, readonly number[], readonly number[]]>([
    ["relu", ops.relu, [-1, 0, 1, NaN], [0, 0, 1, 0]],
    ["relu6", ops.relu6, [0, 3, 6, 7], [0, 1, 0, 0]],
    ["hardSigmoid", ops.hardSigmoid, [-3, 0, 3, 4], [0, 1 / 6, 0, 0]],
    ["hardSilu", ops.hardSilu, [-3, 3, 4], [0, 1, 1]],
    ["elu", (x: Tensor) => ops.elu(x, { alpha: 0.5 }), [0, 1], [0.5, 1]],
    ["abs", ops.abs, [-2, 0, 2], [-1, 0, 1]],
    ["clip at its limits", (x) => ops.clip(x, -1, 1), [-2, -1, 0, 1, 2], [0, 1, 1, 1, 0]],
    ["maximum of equals goes to the first", (x) => ops.maximum(x, 1), [1, 2, 0], [1, 1, 0]],
    ["leakyRelu", (x) => ops.leakyRelu(x), [-1, 0, 1], [0.2, 0.2, 1].map(Math.fround)],
    ["elu", (x) => ops.elu(x), [0, 200, -200], [1, 1, 0]],
    ["softplus far out", ops.softplus, [-200, 0, 200], [0, 0.5, 1]],
    ["sigmoid far out", ops.sigmoid, [-200, 0, 200], [0, 0.25, 0]],
    ["logSigmoid far out", ops.logSigmoid, [-200, 0, 200], [1, 0.5, 0]],
    ["sinh and arcsinh at 0", (x) => ops.add(ops.sinh(x), ops.arcsinh(x)), [0], [2]],
    ["sinh, cosh and arcsinh far out", (x) => ops.add(ops.sinh(x), ops.arcsinh(x)), [Infinity, -Infinity], [Infinity, Infinity]],
    ["logaddexp of equals", (x) => ops.logaddexp(x, 3), [3], [0.5]],
    ["norm of the zero vector", (x) => ops.norm(x), [0, 0], [0, 0]],
    ["normalize of the zero vector", (x) => ops.normalize(x), [0, 0], [1e7, 1e7].map(Math.fround)],
    ["max shares among equals", (x) => ops.max(x), [3, 1, 3], [0.5, 0, 0.5]],
    ["divideNoNan", (x) => ops.divideNoNan(1, x), [0, 2], [0, -0.25]],
    [
      "where does not leak the branch not taken",
      (x) => ops.where(ops.greater(x, 0), ops.sqrt(ops.maximum(x, 1e-12)), 0),
      [-1, 4],
      [0, 0.25],
    ],
  ])("%s", async (_, fn, at, expected) => {
    const found = await derivative(fn, at);
    found.forEach((value, i) => expect(value).toBeCloseTo(expected[i] as number, 5));
  });
});
