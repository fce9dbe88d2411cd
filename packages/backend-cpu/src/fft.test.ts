import { build as b } from "@neurite/core";
import { describe, expect, test } from "vitest";
import { type Sample, expectAgreement, graphOf, runGraph, sampleOf } from "./testing/compare.ts";
import { eachBackend, randomNumbers } from "./testing/plans.ts";

const backends = eachBackend();

describe("fft", () => {
  const random = randomNumbers(79);

  test("agrees with the definition at every length to 40, forwards and backwards", () => {
    for (let n = 1; n <= 40; n++) {
      const x = sampleOf("complex64", [n], random, false);
      const elements = x.elements as number[];
      const expected = Array.from({ length: n }, (_, k) => {
        let [re, im] = [0, 0];
        for (let j = 0; j < n; j++) {
          const angle = (-2 * Math.PI * ((j * k) % n)) / n;
          re += elements[2 * j] * Math.cos(angle) - elements[2 * j + 1] * Math.sin(angle);
          im += elements[2 * j] * Math.sin(angle) + elements[2 * j + 1] * Math.cos(angle);
        }
        return [re, im];
      }).flat();
      const graph = graphOf([x], (value) => [b.fft(value, 0), b.fft(b.fft(value, 0), 0, true)]);
      for (const backend of backends) {
        const [transformed, back] = runGraph(backend, graph, [x]) as number[][];
        transformed.forEach((value, i) =>
          expect(Math.abs(value - expected[i]), `length ${n} on ${backend.description}`).toBeLessThan(1e-6 * Math.sqrt(n) * 3),
        );
        back.forEach((value, i) => expect(Math.abs(value - elements[i]), `length ${n} on ${backend.description}`).toBeLessThan(2e-6));
      }
    }
  });

  test("agrees with the reference for large, prime and composite lengths along any axis", () => {
    for (const shape of [
      [128, 5],
      [3, 127],
      [2, 360, 9],
      [5, 1009, 2],
      [4, 17, 4],
      [1, 4096],
      [2, 3, 11 * 13 * 7],
      [7, 34],
      [2, 0],
      [0, 5],
    ]) {
      const x: Sample = sampleOf("complex64", shape, random, false);
      for (let axis = 0; axis < shape.length; axis++) {
        expectAgreement(backends, `fft [${shape.join()}] along ${axis}`, [x], (value) => [b.fft(value, axis), b.fft(value, axis, true)], {
          places: 2,
          floor: Math.sqrt(shape[axis]),
        });
      }
    }
  });
});
