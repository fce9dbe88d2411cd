/** vmap of ops, with the calls that are held to NumPy: all results are those of a loop. */
import { reference } from "@neurite/backend-reference";
import { flattenTree, isInexact, isTensor, ops, setDefaultDevice, type Tensor, tensor, vmap } from "@neurite/core";
import { beforeAll, describe, expect, test } from "vitest";
import { cases, type Encoded, numbers, tensorOf, withArrays } from "../ops/testing/numpy-cases.ts";

beforeAll(() => setDefaultDevice(reference()));

/** The size of these ops' results depends on data, which a mapped function does not see. */
const sizedByData = new Set(["unique", "nonzero", "bincount"]);

const lanes = 3;

/** Data of a lane: floats scaled (what is definite or sorted stays so, fractions stay below 1), everything else as it is. */
const inLane = (x: Encoded, lane: number): Tensor => tensorOf(x, isInexact(x.dtype) ? (number) => number * (1 - lane / 4) : undefined);

function tensorsOf(args: readonly unknown[]): Encoded[] {
  const found: Encoded[] = [];
  withArrays(args, (x) => found.push(x));
  return found;
}

const mapped = cases.filter(({ op, args }) => tensorsOf(args).length > 0 && !sizedByData.has(op));

type Call = (...xs: Tensor[]) => unknown;

/** Ops of networks and of pictures, by the shapes of their operands. */
const networks: Readonly<Record<string, readonly [shapes: readonly (readonly number[])[], call: Call]>> = {
  adaptiveAveragePool: [[[1, 5, 4, 2]], (x) => ops.adaptiveAveragePool(x!, 2)],
  adaptiveMaxPool: [[[1, 5, 4, 2]], (x) => ops.adaptiveMaxPool(x!, 2)],
  averagePool: [[[1, 5, 4, 2]], (x) => ops.averagePool(x!, 2, { strides: 1, padding: "same" })],
  maxPool: [[[1, 5, 4, 2]], (x) => ops.maxPool(x!, 2)],
  conv: [[[2, 5, 4, 2], [3, 2, 2, 3]], (x, k) => ops.conv(x!, k!, { strides: 2, padding: "same" })],
  convTranspose: [[[2, 3, 3, 2], [3, 2, 4, 2]], (x, k) => ops.convTranspose(x!, k!, { strides: 2 })],
  depthwiseConv: [[[2, 5, 4, 2], [3, 2, 2, 2]], (x, k) => ops.depthwiseConv(x!, k!)],
  separableConv: [[[2, 5, 4, 2], [3, 2, 2, 1], [1, 1, 2, 3]], (x, d, k) => ops.separableConv(x!, d!, k!)],
  batchNormalization: [[[4, 3], [3], [3]], (x, m, v) => ops.batchNormalization(x!, m!, ops.square(v!), -1)],
  layerNormalization: [[[4, 3], [3]], (x, g) => ops.layerNormalization(x!, { gamma: g! })],
  rmsNormalization: [[[4, 3]], (x) => ops.rmsNormalization(x!)],
  moments: [[[4, 3]], (x) => ops.moments(x!, 0)],
  dotProductAttention: [[[2, 3, 2, 4], [2, 5, 2, 4], [2, 5, 2, 4]], (q, k, v) => ops.dotProductAttention(q!, k!, v!)],
  binaryCrossentropy: [[[4], [4]], (t, x) => ops.binaryCrossentropy(ops.sigmoid(t!), x!, { fromLogits: true })],
  categoricalCrossentropy: [[[2, 4], [2, 4]], (t, x) => ops.categoricalCrossentropy(ops.softmax(t!), x!, { fromLogits: true })],
  sparseCategoricalCrossentropy: [[[2, 4]], (x) => ops.sparseCategoricalCrossentropy(ops.argmax(x!, { axis: -1 }), x!, { fromLogits: true })],
  ctcLoss: [[[2, 5, 4]], (x) => ops.ctcLoss([[1, 2], [3, 0]], x!, [2, 1], [5, 4])],
  ctcDecode: [[[2, 5, 4]], (x) => ops.ctcDecode(x!, [5, 4])],
  logSoftmax: [[[2, 4]], (x) => ops.logSoftmax(x!)],
  sparsemax: [[[2, 4]], (x) => ops.sparsemax(x!)],
  topK: [[[2, 6]], (x) => ops.topK(x!, 3)],
  inTopK: [[[2, 6]], (x) => ops.inTopK([1, 3], x!, 2)],
  oneHot: [[[2, 4]], (x) => ops.oneHot(ops.argmax(x!, { axis: -1 }), 4)],
  multiHot: [[[2, 3, 4]], (x) => ops.multiHot(ops.argmax(x!, { axis: -1 }), { numClasses: 4 })],
  getItem: [[[4, 3]], (x) => ops.getItem(x!, [":", 1] as never)],
  scatter: [[[3]], (x) => ops.scatter([[0], [2], [0]], x!, [4])],
  scatterUpdate: [[[5], [2]], (x, u) => ops.scatterUpdate(x!, [[1], [3]], u!)],
  sliceUpdate: [[[5, 3], [2, 1]], (x, u) => ops.sliceUpdate(x!, [1, 2], u!)],
  segmentSum: [[[4, 2]], (x) => ops.segmentSum(x!, [0, 1, 0, 2], { numSegments: 3 })],
  segmentMax: [[[4, 2]], (x) => ops.segmentMax(x!, [0, 1, 0, 2], { numSegments: 3 })],
  segmentProd: [[[4, 2]], (x) => ops.segmentProd(x!, [0, 1, 0, 2], { numSegments: 3 })],
  unfold: [[[1, 2, 4, 4]], (x) => ops.unfold(x!, 2)],
  fold: [[[1, 8, 9]], (x) => ops.fold(x!, [4, 4], 2)],
  extractSequences: [[[9]], (x) => ops.extractSequences(x!, 4, 2)],
  stft: [[[16]], (x) => ops.stft(x!, 8, 4, 8)],
  depthToSpace: [[[1, 2, 2, 4]], (x) => ops.depthToSpace(x!, 2)],
  spaceToDepth: [[[1, 4, 4, 1]], (x) => ops.spaceToDepth(x!, 2)],
  rearrange: [[[2, 6]], (x) => ops.rearrange(x!, "a (b c) -> c a b", { b: 2 } as never)],
  eig: [[[3, 3]], (x) => ops.abs(ops.eig(x!)[0])],
  luFactor: [[[3, 3]], (x) => ops.luFactor(x!)],
  qr: [[[3, 2]], (x) => ops.qr(x!, { mode: "complete" })],
  svd: [[[3, 2]], (x) => ops.svd(x!)],
  lstsq: [[[4, 2], [4]], (a, b) => ops.lstsq(a!, b!)],
  psnr: [[[4], [4]], (a, b) => ops.psnr(a!, b!, 2)],
  normalize: [[[2, 3]], (x) => ops.normalize(x!)],
  logicalXor: [[[3], [3]], (a, b) => ops.logicalXor(a!.greater(0), b!.greater(0))],
  associativeScan: [[[4, 2]], (x) => ops.associativeScan((a: Tensor, b: Tensor) => ops.add(a, b), x!, { reverse: true })],
  map: [[[4, 2]], (x) => ops.map((row) => ops.cumsum(row), x!)],
  switch: [[[2], [2]], (a, b) => ops.switch(ops.cast(a!.sum().greater(0), "int32"), [(x: Tensor) => x.sin(), (x: Tensor) => x.mul(b!)] as never, a!)],
  foriLoop: [[[3], []], (x, n) => ops.foriLoop(0, ops.cast(n!.abs().mul(5), "int32"), (i, y) => y.mul(0.5).add(ops.cast(i, "float32")), x!)],
  "image.resize": [[[4, 4, 3]], (x) => ops.image.resize(x!, [3, 5], { interpolation: "bicubic" })],
  "image.affineTransform": [[[4, 4, 3], [8]], (x, t) => ops.image.affineTransform(x!, ops.multiply(t!, 0.5))],
  "image.rgbToHsv": [[[4, 4, 3]], (x) => ops.image.rgbToHsv(ops.sigmoid(x!))],
  "image.gaussianBlur": [[[5, 5, 3]], (x) => ops.image.gaussianBlur(x!)],
  "image.mapCoordinates": [[[4, 4], [2, 3]], (x, c) => ops.image.mapCoordinates(x!, c!.abs().mul(3), 1)],
}; // prettier-ignore

/** Numbers in general position, others in each lane. */
function generic(shape: readonly number[], seed: number): Tensor {
  const size = shape.reduce((product, dim) => product * dim, 1);
  return tensor(
    Float32Array.from({ length: size }, (_, i) => Math.sin(12.9898 * (i + 1) + 4.1 * seed) * 1.3),
    { shape: [...shape] },
  );
}

async function expectLoop(call: (...xs: Tensor[]) => Tensor[], operands: readonly (readonly Tensor[])[]): Promise<void> {
  const found = vmap(call)(...operands[0]!.map((_, i) => ops.stack(operands.map((xs) => xs[i]!))));
  for (const [lane, xs] of operands.entries()) {
    const expected = call(...xs);
    expect(found).toHaveLength(expected.length);
    for (const [i, want] of expected.entries()) {
      const got = ops.take(found[i]!, lane, { axis: 0 });
      expect([got.dtype, got.shape]).toEqual([want.dtype, want.shape]);
      const [a, b] = [await numbers(got), await numbers(want)];
      const scale = Math.max(1, ...b.filter(Number.isFinite).map(Math.abs));
      const far = a.findIndex((x, k) => !Object.is(x, b[k]) && !(Math.abs(x - b[k]!) <= 1e-5 * scale) && x !== b[k]);
      expect(far, `lane ${lane}, element ${far}: ${a[far]} instead of ${b[far]}`).toBe(-1);
    }
  }
}

const laneNumbers = Array.from({ length: lanes }, (_, lane) => lane);
const tensorsIn = (result: unknown): Tensor[] => flattenTree(result).filter(isTensor) as Tensor[];

describe("vmap of an op is a loop of it", () => {
  test.each(mapped.map((each, i) => [`${i}: ${each.op}`, each] as const))("%s", async (_, { op, args }) => {
    const fn = (ops as unknown as Record<string, (...args: unknown[]) => unknown>)[op]!;
    const call = (...xs: Tensor[]): Tensor[] => {
      let next = 0;
      return tensorsIn(fn(...withArrays(args, () => xs[next++])));
    };
    await expectLoop(call, laneNumbers.map((lane) => tensorsOf(args).map((x) => inLane(x, lane)))); // prettier-ignore
  });

  test.each(Object.entries(networks))("%s", async (_, [shapes, call]) => {
    const operands = laneNumbers.map((lane) => shapes.map((shape, i) => generic(shape, 7 * lane + i)));
    await expectLoop((...xs) => tensorsIn(call(...xs)), operands);
  });
});
