import { expect, test } from "vitest";
import { parseAnswer } from "./protocol.ts";

test("answers are read as what they are", () => {
  expect(parseAnswer('{"ready": true}')).toEqual({ ready: true });
  expect(parseAnswer('{"value": 0.25, "more": 1}')).toEqual({ value: 0.25 });
  expect(parseAnswer('{"absent": true}')).toEqual({ absent: true });
  expect(parseAnswer('{"failed": "ImportError: no jax"}')).toEqual({ failed: "ImportError: no jax" });
});

test("what frameworks print is no answer", () => {
  for (const line of ["", "Epoch 1/1", "{'loss': 0.5}", "{}", '{"ready": false}', '{"value": "fast"}', '{"value": 0}', '{"value": -1}'])
    expect(parseAnswer(line), line).toBeNull();
});
