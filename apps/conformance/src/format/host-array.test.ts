import { reference } from "@neurite/backend-reference";
import { setDefaultDevice } from "@neurite/core";
import { beforeAll, expect, test } from "vitest";
import { decodeArray, type EncodedArray, readBack, toTensor } from "./host-array.ts";
import { parseJson } from "./json.ts";
import { camelCase } from "./naming.ts";

beforeAll(() => setDefaultDevice(reference()));

test.each<EncodedArray>([
  { dtype: "float32", shape: [2, 2], data: [1.5, "NaN", "Infinity", "-Infinity"] },
  { dtype: "float16", shape: [3], data: [0.5, 65504, -2] },
  { dtype: "bfloat16", shape: [2], data: [1, 3.140625] },
  { dtype: "int64", shape: [2], data: [9007199254740993n, -1] },
  { dtype: "uint8", shape: [0, 3], data: [] },
  { dtype: "int32", shape: [], data: [7] },
  { dtype: "bool", shape: [2], data: [true, false] },
  { dtype: "complex64", shape: [2], real: [1, "NaN"], imag: [-1, 0.5] },
])("an array goes to the device and comes back the same: $dtype$shape", async (json) => {
  const array = decodeArray(json);
  expect(await readBack(toTensor(array))).toEqual(array);
});

test("complex numbers are pairs", () => {
  expect(decodeArray({ dtype: "complex64", shape: [2], real: [1, 2], imag: [3, 4] }).data).toEqual([1, 3, 2, 4]);
});

test("plain results are arrays without axes", async () => {
  expect(await readBack(2.5)).toEqual({ dtype: "number", shape: [], data: [2.5] });
  expect(await readBack(true)).toEqual({ dtype: "bool", shape: [], data: [1] });
  expect(await readBack("float32")).toEqual({ dtype: "string", shape: [], data: ["float32"] });
  await expect(readBack(null)).rejects.toThrow("neither a tensor nor a number");
});

test("whole numbers beyond 2^53 keep their digits where the engine tells them", () => {
  const [large, small] = parseJson("[9007199254740993, 3]") as [unknown, unknown];
  expect(small).toBe(3);
  // Node 20 has no source text in JSON.parse.
  expect([9007199254740993n, 9007199254740992]).toContain(large);
});

test.each([
  ["log_softmax", "logSoftmax"],
  ["beta_1", "beta1"],
  ["x", "x"],
  ["N", "N"],
  ["from_logits", "fromLogits"],
])("%s is %s in camel case", (snake, camel) => {
  expect(camelCase(snake)).toBe(camel);
});
