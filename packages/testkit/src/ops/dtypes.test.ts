import { type DType, ops, setDefaultDevice, tensor, type Tensor } from "@neurite/core";
import { reference } from "@neurite/backend-reference";
import { beforeAll, describe, expect, test } from "vitest";

beforeAll(() => setDefaultDevice(reference()));

const of = (dtype: DType): Tensor => tensor([1, 0, 1], { dtype }) as Tensor;

describe("dtypes of results", () => {
  test.each<readonly [string, () => Tensor, DType]>([
    ["int32 + float32", () => ops.add(of("int32"), of("float32")), "float32"],
    ["int32 + float16", () => ops.add(of("int32"), of("float16")), "float16"],
    ["float16 + bfloat16", () => ops.add(of("float16"), of("bfloat16")), "float32"],
    ["uint8 + int8", () => ops.add(of("uint8"), of("int8")), "int32"],
    ["int32 + a whole number", () => ops.add(of("int32"), 2), "int32"],
    ["int32 + a fraction", () => ops.add(of("int32"), 0.5), "float32"],
    ["float16 · a fraction", () => ops.multiply(of("float16"), 0.1), "float16"],
    ["bool + a whole number", () => ops.add(of("bool"), 1), "int32"],
    ["bool + bool is or", () => ops.add(of("bool"), of("bool")), "bool"],
    ["an array is float32", () => ops.add([1, 2, 3], of("int32")), "float32"],
    ["int32 / int32", () => ops.divide(of("int32"), 2), "float32"],
    ["floorDivide of integers", () => ops.floorDivide(of("int32"), 2), "int32"],
    ["exp of integers", () => ops.exp(of("int32")), "float32"],
    ["exp of float16", () => ops.exp(of("float16")), "float16"],
    ["mean of integers", () => ops.mean(of("uint8")), "float32"],
    ["mean of bfloat16", () => ops.mean(of("bfloat16")), "bfloat16"],
    ["sum of bool", () => ops.sum(of("bool")), "int32"],
    ["sum of uint8", () => ops.sum(of("uint8")), "uint32"],
    ["sum of int8", () => ops.sum(of("int8")), "int32"],
    ["cumsum of bool", () => ops.cumsum(of("bool")), "int32"],
    ["max of bool", () => ops.max(of("bool")), "bool"],
    ["argmax", () => ops.argmax(of("float16")), "int32"],
    ["equal", () => ops.equal(of("float32"), 1), "bool"],
    ["where", () => ops.where(of("bool"), of("int32"), 0.5), "float32"],
    ["clip of integers by whole numbers", () => ops.clip(of("int32"), 0, 1), "int32"],
    ["relu of integers", () => ops.relu(of("int32")), "int32"],
    ["matmul of bool", () => ops.matmul(of("bool"), of("bool")), "bool"],
    ["float64 + complex64", () => ops.add(of("float64"), tensor([[1, 0]], { dtype: "complex64" })), "complex64"],
    ["arange of whole numbers", () => ops.arange(3), "int32"],
    ["arange of fractions", () => ops.arange(0, { stop: 1, step: 0.5 }), "float32"],
    ["oneHot", () => ops.oneHot(of("int32"), 2), "float32"],
    ["zerosLike", () => ops.zerosLike(of("int8")), "int8"],
    ["abs of complex", () => ops.abs(tensor([[3, 4]], { dtype: "complex64" })), "float32"],
    ["countNonzero", () => ops.countNonzero(of("float32")), "int32"],
    ["sparseCategoricalCrossentropy with float labels", () => ops.sparseCategoricalCrossentropy([1], [[0.5, 0.5]]), "float32"],
  ])("%s: %#", (_, call, dtype) => {
    expect(call().dtype).toBe(dtype);
  });

  test("half precision is averaged in float32: the sum would overflow", async () => {
    const x = ops.full([4000], 100, { dtype: "float16" });
    expect(await ops.mean(x).item()).toBe(100);
    expect(await ops.var(x).item()).toBe(0);
  });

  test("saturateCast limits integers, cast wraps", async () => {
    const x = tensor(new Int32Array([-200, 5, 300]));
    expect(await ops.saturateCast(x, "uint8").array()).toEqual([0, 5, 255]);
    expect(await ops.saturateCast(x, "int8").array()).toEqual([-128, 5, 127]);
  });
});
