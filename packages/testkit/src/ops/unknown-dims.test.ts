/** Shapes are inferred with dimensions that are not known yet, as those of a batch. */
import { inferThrough, ops, Tensor, type Value } from "@neurite/core";
import { describe, expect, test } from "vitest";

const _ = NaN;

describe("shapes with an unknown batch", () => {
  test.each<readonly [string, readonly number[], (x: Tensor) => Tensor, readonly number[]]>([
    ["flatten to a matrix", [_, 28, 28], (x) => ops.reshape(x, [-1, 784]), [_, 784]],
    ["reshape keeping the batch", [_, 4, 6], (x) => ops.reshape(x, [_, -1]), [_, 24]],
    ["mean over the batch", [_, 3], (x) => ops.mean(x, { axis: 0 }), [3]],
    ["mean over features", [_, 3, 4], (x) => ops.mean(x, { axis: [1, 2], keepdims: true }), [_, 1, 1]],
    ["softmax", [_, 10], (x) => ops.softmax(x), [_, 10]],
    ["logsumexp", [_, 10], (x) => ops.logsumexp(x, { axis: -1 }), [_]],
    ["std", [_, 10], (x) => ops.std(x, { axis: 1 }), [_]],
    ["argmax", [_, 10], (x) => ops.argmax(x, { axis: -1 }), [_]],
    ["argmax over all", [_, 10], (x) => ops.argmax(x), []],
    ["conv same", [_, 28, 28, 1], (x) => ops.conv(x, ops.ones([3, 3, 1, 8]), { padding: "same", strides: 2 }), [_, 14, 14, 8]],
    ["conv of unknown size", [_, _, _, 3], (x) => ops.conv(x, ops.ones([3, 3, 3, 8]), { padding: "same" }), [_, _, _, 8]],
    ["conv with channels first", [_, 3, 8, 8], (x) => ops.conv(x, ops.ones([3, 3, 3, 4]), { dataFormat: "channels_first" }), [_, 4, 6, 6]],
    ["grouped conv", [_, 8, 8, 4], (x) => ops.conv(x, ops.ones([3, 3, 2, 6])), [_, 6, 6, 6]],
    ["depthwiseConv", [_, 8, 8, 4], (x) => ops.depthwiseConv(x, ops.ones([3, 3, 4, 2])), [_, 6, 6, 8]],
    ["convTranspose", [_, 8, 8, 4], (x) => ops.convTranspose(x, ops.ones([3, 3, 2, 4]), { strides: 2, padding: "same" }), [_, 16, 16, 2]],
    [
      "convTranspose of unknown size",
      [_, _, _, 4],
      (x) => ops.convTranspose(x, ops.ones([3, 3, 2, 4]), { strides: 2, padding: "same" }),
      [_, _, _, 2],
    ],
    ["maxPool", [_, 28, 28, 8], (x) => ops.maxPool(x, 2), [_, 14, 14, 8]],
    ["averagePool same", [_, 7, _, 8], (x) => ops.averagePool(x, 2, { padding: "same" }), [_, 4, _, 8]],
    [
      "batchNormalization",
      [_, 28, 28, 1],
      (x) => {
        const [mean, variance] = ops.moments(x, [0, 1, 2]);
        return ops.batchNormalization(x, mean, variance, -1);
      },
      [_, 28, 28, 1],
    ],
    ["layerNormalization", [_, _, 16], (x) => ops.layerNormalization(x, { gamma: ops.ones([16]) }), [_, _, 16]],
    ["matmul", [_, 784], (x) => ops.matmul(x, ops.ones([784, 10])), [_, 10]],
    ["matmul of sequences", [_, _, 16], (x) => ops.matmul(x, ops.ones([16, 10])), [_, _, 10]],
    ["einsum", [_, _, 16], (x) => ops.einsum("btd,dhk->bthk", x, ops.ones([16, 2, 8])), [_, _, 2, 8]],
    ["attention", [_, _, 2, 8], (x) => ops.dotProductAttention(x, x, x), [_, _, 2, 8]],
    ["concatenate", [_, 3], (x) => ops.concatenate([x, x], { axis: 1 }), [_, 6]],
    ["concatenate along the batch", [_, 3], (x) => ops.concatenate([x, x], { axis: 0 }), [_, 3]],
    ["stack", [_, 3], (x) => ops.stack([x, x], { axis: 1 }), [_, 2, 3]],
    ["expandDims", [_, 3], (x) => ops.expandDims(x, -1), [_, 3, 1]],
    ["squeeze", [_, 3, 1], (x) => ops.squeeze(x, { axis: -1 }), [_, 3]],
    ["transpose", [_, 3, 4], (x) => ops.transpose(x, { axes: [0, 2, 1] }), [_, 4, 3]],
    ["one step of a sequence", [_, _, 3], (x) => x.at(":", -1), [_, 3]],
    ["a range of features", [_, 8], (x) => x.at(":", [2, 5]), [_, 3]],
    ["split", [_, 6], (x) => ops.split(x, 3, { axis: 1 })[0] as Tensor, [_, 2]],
    [
      "pad",
      [_, 8, 8, 3],
      (x) =>
        ops.pad(x, [
          [0, 0],
          [1, 1],
          [2, 2],
          [0, 0],
        ]),
      [_, 10, 12, 3],
    ],
    ["repeat", [_, 3], (x) => ops.repeat(x, 4, { axis: 1 }), [_, 12]],
    ["oneHot", [_, 5], (x) => ops.oneHot(ops.cast(x, "int32"), 7), [_, 5, 7]],
    ["take as embedding", [_, 5], (x) => ops.take(ops.ones([100, 16]), ops.cast(x, "int32"), { axis: 0 }), [_, 5, 16]],
    ["sparseCategoricalCrossentropy", [_, 10], (x) => ops.sparseCategoricalCrossentropy(ops.argmax(x, { axis: -1 }), x), [_]],
    ["topK", [_, 10], (x) => ops.topK(x, 3)[0], [_, 3]],
    ["cumsum", [_, 10], (x) => ops.cumsum(x, { axis: 1 }), [_, 10]],
    ["normalize", [_, 10], (x) => ops.normalize(x), [_, 10]],
    ["where", [_, 10], (x) => ops.where(x.greater(0), x, 0), [_, 10]],
    ["resize", [_, _, _, 3], (x) => ops.image.resize(x, [32, 48]), [_, 32, 48, 3]],
    ["depthToSpace", [_, 4, 4, 8], (x) => ops.depthToSpace(x, 2), [_, 8, 8, 2]],
    ["swap and merge", [_, _, 16], (x) => ops.rearrange(x, "b t (h d) -> b h t d", { h: 2 }), [_, 2, _, 8]],
  ])("%s", (_name, shape, fn, expected) => {
    const [aval] = inferThrough([{ dtype: "float32", shape }], ([x]) => [fn(new Tensor(x as Value)).value]);
    expect(aval?.shape).toEqual(expected);
  });
});
