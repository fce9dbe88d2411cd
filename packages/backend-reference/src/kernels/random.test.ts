import { build } from "@neurite/core";
import { expect, test } from "vitest";
import { evaluate, sample } from "../../test/evaluate.ts";
import { threefry2x32 } from "./random.ts";

test("Threefry-2x32 gives the known answers of Random123", () => {
  const answer = (k0: number, k1: number, c0: number, c1: number): string => {
    const out = new Uint32Array(2);
    threefry2x32(k0, k1, c0, c1, out);
    return [...out].map((word) => word.toString(16)).join(" ");
  };
  const ones = 0xffffffff;
  expect(answer(0, 0, 0, 0)).toBe("6b200159 99ba4efe");
  expect(answer(ones, ones, ones, ones)).toBe("1cb996fc bb002be7");
  expect(answer(0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3)).toBe("c4923a9c 483df7a0");
});

test("bits equal jax.random.bits with jax_threefry_partitionable", () => {
  const bits = (key: number[], shape: number[]): number[] => evaluate([sample("uint32", [2], key)], (k) => build.randomBits(k, shape));
  expect(bits([0, 42], [2, 3])).toEqual([2098992034, 2919706841, 2646866425, 2409546199, 1935504149, 2516274904]);
  expect(bits([0xdeadbeef, 0x12345678], [5])).toEqual([770492398, 3389375180, 2038293921, 2038975802, 2788790137]);
  expect(bits([0, 0], [0])).toEqual([]);
});
