import { expect, test } from "vitest";
import type { HostArray } from "../../format/host-array.ts";
import { multiply, signsFor } from "./alignment.ts";

const matrix = (rows: number, columns: number, ...data: readonly number[]): HostArray => ({
  dtype: "float32",
  shape: [rows, columns],
  data,
});

test("columns of Q and rows of R get the expected signs", () => {
  const q = matrix(3, 2, 1, 2, 3, 4, 5, 6);
  const flippedQ = matrix(3, 2, 1, -2, 3, -4, 5, -6);
  const signs = signsFor("qr", 0, flippedQ, q) as HostArray;
  expect(multiply(flippedQ, signs)).toEqual(q);
  const r = matrix(2, 2, 1, 2, 0, 3);
  const flippedR = matrix(2, 2, 1, 2, -0, -3);
  expect(multiply(flippedR, signsFor("qr", 1, flippedR, r) as HostArray).data.map((x) => Number(x) + 0)).toEqual(r.data);
});

test("each matrix of a batch has signs of its own", () => {
  const u: HostArray = { dtype: "float32", shape: [2, 2, 1], data: [1, 2, 3, 4] };
  const flipped = { ...u, data: [1, 2, -3, -4] };
  expect(multiply(flipped, signsFor("svd", 0, flipped, u) as HostArray)).toEqual(u);
});

test("complex eigenvectors get the expected phase", () => {
  const v: HostArray = { dtype: "complex64", shape: [2, 1], data: [1, 0, 0, 2] };
  // Times i: 1 → i, 2i → -2.
  const turned = { ...v, data: [0, 1, -2, 0] };
  multiply(turned, signsFor("eig", 1, turned, v) as HostArray).data.forEach((x, i) => expect(x).toBeCloseTo(v.data[i] as number, 12));
});

test("a vector that is not the expected one up to its sign stays wrong", () => {
  const q = matrix(2, 1, 0.6, 0.8);
  const other = matrix(2, 1, 0.8, 0.6);
  expect(multiply(other, signsFor("qr", 0, other, q) as HostArray).data).toEqual([0.8, 0.6]);
});

test("other ops and outputs have no free signs", () => {
  const q = matrix(1, 1, 1);
  expect(signsFor("matmul", 0, q, q)).toBeNull();
  expect(signsFor("svd", 1, q, q)).toBeNull();
  expect(signsFor("svd", 0, { ...q, shape: [1] }, { ...q, shape: [1] })).toBeNull();
});
