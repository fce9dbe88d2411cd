import {
  type Backend,
  DeviceError,
  DTypeError,
  NeuriteError,
  ops,
  random,
  setDefaultDevice,
  ShapeError,
  tensor,
  TraceError,
  ValueError,
  compile,
  type Tensor,
  withDevice,
} from "@neurite/core";
import { reference } from "@neurite/backend-reference";
import { beforeAll, describe, expect, test } from "vitest";

beforeAll(() => setDefaultDevice(reference()));

const x = (): Tensor => ops.ones([2, 3]);
// What JavaScript lets through.
const wrong = (value: unknown): never => value as never;

describe("errors are typed, name the op and show what was received", () => {
  test.each<readonly [string, () => unknown, new (...args: never[]) => Error, string]>([
    ["axis", () => ops.sum(x(), { axis: 3 }), ShapeError, "[sum] axis 3 is out of range for float32[2,3]: it must be from -2 to 1"],
    ["axis of a scalar", () => ops.max(3, { axis: 0 }), ShapeError, "[max] axis 0 is out of range for int32[]: a scalar has no axes"],
    ["axis twice", () => ops.sum(x(), { axis: [0, -2] }), ShapeError, "[sum] an axis is given twice: [0,-2] for float32[2,3]"],
    [
      "axis of another kind",
      () => ops.sum(x(), { axis: wrong("1") }),
      ValueError,
      '[sum] axis must be an integer, an array of integers, or null: received "1"',
    ],
    [
      "options by position",
      () => ops.sum(x(), wrong(1)),
      ValueError,
      "[sum] options must be one object, last: received 1; write sum(x, { … })",
    ],
    [
      "matmul",
      () => ops.matmul(ops.ones([32, 784]), ops.ones([785, 300])),
      ShapeError,
      "[matmul] inner dimensions differ: float32[32,784] · float32[785,300] (784 ≠ 785)",
    ],
    ["bits of bool", () => ops.view(tensor([true]), { dtype: "uint8" }), DTypeError, "[view] bits are no bool: received bool[1] to uint8"],
    [
      "half of 16 bits",
      () => ops.view(ops.ones([3], { dtype: "int8" }), { dtype: "float16" }),
      ShapeError,
      "[view] the last axis does not hold whole elements of float16: received int8[3]",
    ],
    ["a range to a vector", () => ops.arange(tensor([3])), ShapeError, "[arange] start must be a scalar: received float32[1]"],
    ["a window of many shapes", () => ops.kaiser(3, tensor([3])), ShapeError, "[kaiser] beta must be a scalar: received float32[1]"],
    [
      "bits of no whole element",
      () => ops.view(ops.ones([2, 3], { dtype: "int8" }), { dtype: "float32" }),
      ShapeError,
      "[view] the last axis does not hold whole elements of float32: received int8[2,3]",
    ],
    ["broadcasting", () => ops.add(x(), [1, 2]), ShapeError, "[add] shapes do not broadcast: [2,3] and [2] (3 ≠ 2 at axis -1)"],
    [
      "nothing",
      () => ops.add(x(), wrong(undefined)),
      ValueError,
      "[add] x2 must be a tensor, a number, or an array of numbers: received undefined",
    ],
    ["null", () => ops.relu(wrong(null)), ValueError, "[relu] x must be a tensor, a number, or an array of numbers: received null"],
    ["a string", () => ops.exp(wrong("1")), ValueError, '[exp] x must be a tensor, a number, or an array of numbers: received "1"'],
    [
      "an object",
      () => ops.exp(wrong({ a: 1 })),
      ValueError,
      "[exp] x must be a tensor, a number, or an array of numbers: received an object Object",
    ],
    [
      "tensors in an array",
      () => ops.exp(wrong([x()])),
      ValueError,
      "[exp] x is an array with tensors in it: received an array of 1; stack them first, ops.stack([...])",
    ],
    [
      "no list",
      () => ops.concatenate(wrong(x())),
      ValueError,
      "[concatenate] xs must be an array of tensors: received one tensor of shape [2,3]",
    ],
    ["an empty list", () => ops.stack([]), ValueError, "[stack] x must hold at least one tensor: received an empty array"],
    [
      "sizes to join",
      () => ops.concatenate([x(), ops.ones([3, 3])], { axis: 1 }),
      ShapeError,
      "[concatenate] sizes must agree except along axis 1: received float32[2,3], float32[3,3]",
    ],
    ["an unknown dtype", () => ops.cast(x(), wrong("float")), DTypeError, '[cast] unknown dtype "float"'],
    [
      "complex order",
      () => ops.maximum(tensor([[1, 2]], { dtype: "complex64" }), 1),
      DTypeError,
      "[maximum] complex numbers have no order: received complex64",
    ],
    ["bool difference", () => ops.subtract(tensor([true]), tensor([false])), DTypeError, "[subtract] does not take bool"],
    [
      "the extreme of nothing",
      () => ops.max(ops.zeros([0, 2])),
      ShapeError,
      "[max] nothing has no max: received float32[0,2]; give { initial }",
    ],
    ["an endless range", () => ops.arange(0, { stop: 1, step: 0 }), ValueError, "[arange] step must not be 0"],
    ["an index", () => ops.getItem(x(), [0, 7]), ShapeError, "[get_item] index 7 is out of range for axis 1 of float32[2,3]"],
    ["too many indices", () => x().at(0, 0, 0), ShapeError, "[get_item] 3 indices for 2 axes: received float32[2,3]"],
    ["a bool mask", () => x().at(x().greater(0)), ValueError, "[get_item] a bool tensor as index gives a shape that depends on data"],
    ["float indices", () => ops.take(x(), tensor([0.5])), DTypeError, "[take] indices must be integers: received float32; cast them first"],
    ["a part outside", () => x().slice([0, 2], [2, 2]), ShapeError, "[slice] the part [2,2] from [0,2] is outside float32[2,3]"],
    [
      "channels",
      () => ops.conv(ops.ones([1, 5, 5, 3]), ops.ones([3, 3, 4, 8])),
      ShapeError,
      "[conv] channels do not fit: inputs float32[1,5,5,3] have 3, the kernel float32[3,3,4,8] takes 4",
    ],
    [
      "padding",
      () => ops.conv(ops.ones([1, 5, 5, 3]), ops.ones([3, 3, 3, 8]), { padding: wrong("full") }),
      ValueError,
      '[conv] padding must be "valid" or "same" or "causal": received "full"',
    ],
    [
      "a pool's rank",
      () => ops.maxPool(x(), 2),
      ShapeError,
      "[max_pool] inputs must be [batch, ...spatial, channels] with 1 to 3 spatial axes: received float32[2,3]",
    ],
    [
      "targets",
      () => ops.categoricalCrossentropy(ops.ones([2, 4]), x()),
      ShapeError,
      "[categorical_crossentropy] target and output must have one shape: received float32[2,4] and float32[2,3]",
    ],
    ["einsum terms", () => ops.einsum("ij,jk->ik", x()), ValueError, '[einsum] "ij,jk->ik" has 2 terms for 1 operands'],
    ["einsum sizes", () => ops.einsum("ij,jk->ik", x(), x()), ShapeError, '[einsum] axis "j" has two sizes: 3 ≠ 2'],
    ["a rate", () => random.dropout(x(), 1.5), ValueError, "[dropout] rate must be from 0 to 1: received 1.5"],
    ["a seed", () => random.normal([2], { seed: -1 }), ValueError, "[normal] seed must be a whole number from 0 to 2^32 - 1: received -1"],
    ["a shape", () => ops.zeros(wrong(["a"])), ShapeError, '[zeros] shape must hold non-negative integers: received ["a"]'],
    [
      "a negative power of integers",
      () => ops.power(ops.arange(3), -1),
      ValueError,
      "[power] an integer cannot be raised to a negative power",
    ],
    ["where without values", () => (ops.where as unknown as (c: Tensor) => Tensor)(x()), ValueError, "[where] needs x1 and x2"],
    ["a matrix that is not square", () => ops.inv(x()), ShapeError, "[inv] x must be square: received float32[2,3]"],
    [
      "data-dependent shapes in a trace",
      () => compile((v: Tensor) => ops.unique(v))(x()),
      TraceError,
      "[unique] the result depends on data",
    ],
    [
      "quantile of nothing",
      () => ops.quantile(ops.ones([2, 0]), 0.5, { axis: 1 }),
      ShapeError,
      "[quantile] nothing has no quantiles: received float32[2,0]",
    ],
    ["a share above 1", () => ops.quantile([1, 2], [0.5, 1.5]), ValueError, "[quantile] q must be from 0 to 1"],
    ["more than all percents", () => ops.percentile([1, 2], 101), ValueError, "[percentile] q must be from 0 to 100: received 101"],
    ["the range of nothing", () => ops.ptp(ops.ones([0])), ShapeError, "[ptp] nothing has no range: received float32[0]"],
    [
      "positions for another number of samples",
      () => ops.trapezoid([1, 2, 3], { x: [1, 2] }),
      ShapeError,
      "[trapezoid] x must be a vector of axis 0's length",
    ],
    [
      "ids for another number of slices",
      () => ops.segmentSum([1, 2, 3], [0, 1]),
      ShapeError,
      "[segment_sum] segmentIds must be a vector with an id for each slice",
    ],
    // What an op is made of is no part of what users called.
    [
      "a value that does not broadcast",
      () => ops.full([1, 2], ops.ones([2, 2])),
      ShapeError,
      "[full] float32[2,2] does not broadcast to [1,2]",
    ],
    ["ends of different shapes", () => ops.geomspace([1, 2], [1, 2, 3]), ShapeError, "[geomspace] shapes do not broadcast: [3] and [2]"],
    ["points of different dimensions", () => ops.cdist(x(), ops.ones([2, 4])), ShapeError, "[cdist] "],
    ["weights of another shape", () => ops.average(x(), { weights: ops.ones([2, 2]) }), ShapeError, "[average] "],
    ["shapes to subtract", () => ops.subtract([1, 2], [1, 2, 3]), ShapeError, "[subtract] shapes do not broadcast: [2] and [3]"],
    ["shapes to choose from", () => ops.where([true, false], [1, 2, 3], 0), ShapeError, "[where] shapes do not broadcast"],
    ["a ragged array", () => ops.split(wrong([[1, 2], [3]]), 2), ShapeError, "[split] ragged array: element [1] has length 1"],
    ["a ragged array to ask", () => ops.shape(wrong([[1, 2], [3]])), ShapeError, "[shape] ragged array"],
    ["a parameter that does not broadcast", () => random.beta([], [1, 2], 1), ShapeError, "[beta] float32[2] does not broadcast to []"],
    // But a function that they gave is.
    [
      "shapes within a branch",
      () =>
        ops.cond(
          tensor(true),
          () => ops.matmul(x(), x()),
          () => x(),
        ),
      ShapeError,
      "[matmul] inner dimensions differ",
    ],
  ])("%s", (_, call, kind, message) => {
    let error: unknown;
    try {
      call();
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(kind);
    expect(error).toBeInstanceOf(NeuriteError);
    expect((error as Error).message).toContain(message);
  });
});

describe("errors that only the data show come with the next read", () => {
  test.each<readonly [string, () => Tensor, string]>([
    [
      "a label beyond the classes",
      () =>
        ops.sparseCategoricalCrossentropy(
          [0, 3],
          [
            [0.1, 0.2, 0.7],
            [0.3, 0.3, 0.4],
          ],
        ),
      "a label is not a class: labels must be whole numbers from 0 to 2",
    ],
    [
      "a negative label",
      () => ops.sparseCategoricalCrossentropy(tensor([-1], { dtype: "int32" }), [[0.1, 0.9]], { fromLogits: true }),
      "a label is not a class",
    ],
    ["a NaN label", () => ops.sparseCategoricalCrossentropy(tensor([NaN]), [[0.1, 0.9]]), "a label is not a class"],
    ["a fractional label", () => ops.sparseCategoricalCrossentropy(tensor([0.5]), [[0.1, 0.9]]), "a label is not a class"],
    ["take beyond the end", () => ops.take(x(), [3], { axis: 1 }), "[take] index is out of range: 3 is not in 0..2"],
    [
      "takeAlongAxis beyond the end",
      () => ops.takeAlongAxis(x(), [[3]], { axis: 1 }),
      "[take_along_axis] an index is out of range for an axis of size 3",
    ],
    [
      "a coordinate beyond the end",
      () => ops.scatterUpdate(x(), [[0, 5]], [1]),
      "[scatter_update] a coordinate is out of range for an axis of size 3",
    ],
    ["integer division by zero", () => ops.floorDivide(tensor(new Int32Array([1])), 0), "[floor_divide] integer division by zero"],
  ])("%s", async (_, call, message) => {
    await expect(call().data()).rejects.toThrow(message);
  });

  test("an op that looks at its data leaves the error of whoever made them its name", () => {
    const ids = ops.take(tensor([0, 1], { dtype: "int32" }), [0, 9]);
    expect(() => ops.segmentSum([1, 2], ids)).toThrow(/^\[take\] /);
  });
});

describe("results whose shape depends on data", () => {
  const ids = (): Tensor => tensor([0, 1, 1], { dtype: "int32" }) as Tensor;
  const waitedFor = (): Backend => {
    const device = reference();
    const readSync = device.readSync!.bind(device);
    const read: Backend["read"] = (...args) => Promise.resolve(readSync(...args));
    return Object.defineProperties(device, { read: { value: read }, readSync: { value: undefined }, description: { value: "device W" } });
  };
  const calls: readonly (readonly [string, (x: Tensor) => unknown, string])[] = [
    ["unique", (y) => ops.unique(y), "[unique] the result depends on data, which {}: give { size }"],
    ["nonzero", (y) => ops.nonzero(y), "[nonzero] the result depends on data, which {}: use ops.where(condition, x1, x2), or read x first"],
    ["segmentSum", (y) => ops.segmentSum(y, y), "[segment_sum] the result depends on data, which {}: give { numSegments }"],
    ["repeat", (y) => ops.repeat(y, y), "[repeat] the result depends on data, which {}: give repeats as numbers"],
    ["hanning", (y) => ops.hanning(ops.sum(y)), "[hanning] the result depends on data, which {}: give x as a number"],
    [
      "ctcDecode",
      (y) => ops.ctcDecode(ops.ones([3, 2, 2]), y, { strategy: "beam_search" }),
      '[ctc_decode] the result depends on data, which {}: take the strategy "greedy"',
    ],
  ];

  test.each(calls)("%s needs a device that can be read at once", (_, call, message) => {
    const device = waitedFor();
    withDevice(device, () => {
      expect(() => call(ids())).toThrow(DeviceError);
      expect(() => call(ids())).toThrow(message.replace("{}", "device W gives only to await tensor.data()"));
    });
  });

  test.each(calls.slice(0, 5))("%s needs data", (_, call, message) => {
    const compiled = compile((y: Tensor) => (call(y), y));
    expect(() => compiled(ids())).toThrow(TraceError);
    expect(() => compiled(ids())).toThrow(message.replace("{}", "is not there while tracing"));
  });

  test("bincount has minlength bins where nobody can count", async () => {
    const [x, compiled] = withDevice(waitedFor(), () => {
      expect(() => ops.bincount(ids(), { minlength: 3 })).toThrow("[bincount] the result depends on data");
      return [ids(), compile((y: Tensor) => ops.bincount(y, { minlength: 3 }))] as const;
    });
    expect(await compiled(x).array()).toEqual([1, 2, 0]);
  });
});
