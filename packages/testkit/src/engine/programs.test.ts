/** On the reference backend every node is rounded by itself, so that the same results mean the same bits. */
import { reference } from "@neurite/backend-reference";
import { setDefaultDevice } from "@neurite/core";
import { beforeEach, describe, expect, test } from "vitest";
import { modes, runTensorProgram } from "../programs/tensor-program.ts";
import { type Probe, probe } from "./probe.ts";

let device: Probe;
beforeEach(() => {
  device = probe(reference());
  setDefaultDevice(device);
});

describe("random programs", () => {
  const programs = 150;
  test(`give the same in every mode (${programs} of them)`, { timeout: 120_000 }, async () => {
    let assigned = 0;
    for (let seed = 1; seed <= programs; seed++) {
      const lazy = (await runTensorProgram(seed, "lazy")).join(" ");
      for (const mode of modes) expect((await runTensorProgram(seed, mode)).join(" "), `seed ${seed}, ${mode}`).toBe(lazy);
      if (device.compiled.some(({ updates }) => updates.length > 0)) assigned++;
    }
    expect(assigned).toBeGreaterThan(programs / 3);
  });

  test("are built of what the table says, and are not all trivial", async () => {
    let finite = 0;
    for (let seed = 1; seed <= 60; seed++) if ((await runTensorProgram(seed, "lazy")).every(Number.isFinite)) finite++;
    expect(finite).toBeGreaterThan(50);
    const used = new Set(device.compiled.flatMap(({ nodes }) => nodes.map(({ op }) => op)));
    for (const op of [
      "dot",
      "reduce",
      "argreduce",
      "select",
      "concat",
      "gather",
      "cond",
      "scan",
      "pow",
      "cast",
      "transpose",
      "barrier",
      "scatter",
    ] as const) {
      expect(used).toContain(op);
    }
  });
});
