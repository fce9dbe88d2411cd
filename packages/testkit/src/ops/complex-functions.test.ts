/** Gradients of functions of complex numbers; their values are held to NumPy's. */
import { reference } from "@neurite/backend-reference";
import { ops, setDefaultDevice, Tensor } from "@neurite/core";
import { describe, expect, test } from "vitest";
import { exactly } from "../gradients/case.ts";
import { checkGradients } from "../gradients/check.ts";

const exact = reference({ precision: "float64" });
/** Away from branch cuts and from 1, on both sides of the axes. */
const z = exactly("complex64", [4], [0.5, 0.25, -0.75, 0.5, -0.25, -1.5, 1.5, -0.5]);

describe("gradients, and theirs", () => {
  test.each([
    ["arcsin", ops.arcsin],
    ["arccos", ops.arccos],
    ["arctan", ops.arctan],
    ["arcsinh", ops.arcsinh],
    ["arccosh", ops.arccosh],
    ["arctanh", ops.arctanh],
    ["sigmoid", ops.sigmoid],
    ["silu", ops.silu],
    ["sinc", ops.sinc],
    ["tanhShrink", ops.tanhShrink],
  ] as const)("%s", async (_, fn) => {
    setDefaultDevice(exact);
    const check = checkGradients(exact, { name: "", primitive: "composite", inputs: [z], fn: ([x]) => [fn(new Tensor(x!)).value] });
    await expect(check).resolves.toBeUndefined();
  });
});
