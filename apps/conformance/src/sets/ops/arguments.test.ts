import { expect, test } from "vitest";
import { bindArguments } from "./arguments.ts";

test("what Keras requires is positional and the rest is in one object, however Python was called", () => {
  const expected = ["x", { axis: 1, keepdims: true }];
  expect(bindArguments("sum", ["x"], { args: ["x", 1, true], kwargs: {} })).toEqual(expected);
  expect(bindArguments("sum", ["x"], { args: ["x"], kwargs: { axis: 1, keepdims: true } })).toEqual(expected);
  expect(bindArguments("sum", ["x"], { args: [], kwargs: { keepdims: true, axis: 1, x: "x" } })).toEqual(expected);
  expect(bindArguments("sum", ["x"], { args: ["x"], kwargs: {} })).toEqual(["x"]);
});

test("keys are in camel case", () => {
  expect(bindArguments("nan_to_num", ["x"], { args: ["x"], kwargs: { posinf: 1 } })).toEqual(["x", { posinf: 1 }]);
  expect(bindArguments("isclose", ["x1", "x2"], { args: ["a", "b"], kwargs: { equal_nan: true } })).toEqual(["a", "b", { equalNan: true }]);
});

test("a parameter that is called otherwise is found by its spelling or its place", () => {
  expect(bindArguments("reshape", ["x", "newShape"], { args: ["x", [2]], kwargs: {} })).toEqual(["x", [2]]);
  expect(bindArguments("reshape", ["x", "newShape"], { args: ["x"], kwargs: { newshape: [2] } })).toEqual(["x", [2]]);
  expect(bindArguments("concatenate", ["tensors"], { args: [["a", "b"], 1], kwargs: {} })).toEqual([["a", "b"], { axis: 1 }]);
});

test("an op may take positionally what has a default in Keras", () => {
  expect(bindArguments("where", ["condition", "x1", "x2"], { args: ["c", "a", "b"], kwargs: {} })).toEqual(["c", "a", "b"]);
});

test("starred parameters are one array where the op names them, else arguments of their own", () => {
  const call = { args: ["ij,jk->ik", "a", "b"], kwargs: {} };
  expect(bindArguments("einsum", ["subscripts", "operands"], call)).toEqual(["ij,jk->ik", ["a", "b"]]);
  expect(bindArguments("einsum", ["subscripts"], call)).toEqual(["ij,jk->ik", "a", "b"]);
  expect(bindArguments("einsum", ["subscripts", "operands", "operands", "operands"], call)).toEqual(["ij,jk->ik", "a", "b"]);
  expect(bindArguments("meshgrid", ["x", "x"], { args: ["a", "b", "c"], kwargs: { indexing: "ij" } })).toEqual([
    "a",
    "b",
    "c",
    { indexing: "ij" },
  ]);
  expect(bindArguments("meshgrid", ["x"], { args: ["a", "b"], kwargs: { indexing: "ij" } })).toEqual([["a", "b"], { indexing: "ij" }]);
});

test("calls that Python would refuse are refused", () => {
  expect(() => bindArguments("sin", ["x"], { args: [1, 2], kwargs: {} })).toThrow("sin takes 1 arguments: the case gives 2");
  expect(() => bindArguments("no_op", ["x"], { args: [1], kwargs: {} })).toThrow("keras.ops has no no_op");
});
