import { expect, test } from "vitest";
import { exceptionFor } from "./exceptions.ts";

test("an exception holds for the cases named, and only where Keras's backends disagree", () => {
  expect(exceptionFor("D image.map_coordinates/10-order1-reflect", true)).toContain("PyTorch");
  expect(exceptionFor("D image.map_coordinates/10-order1-reflect", false)).toBeNull();
  expect(exceptionFor("D add/01", true)).toBeNull();
});
