import { describeBackend } from "@neurite/testkit";
import { describe, test } from "vitest";
import { cpu } from "./index.ts";

const emptyLowered = "products of nothing in dtypes that are brought to others are not compiled yet";

describeBackend("cpu", () => cpu({ threads: 2 }), {
  describe,
  test,
  skip: {
    ...Object.fromEntries(["int8", "uint8", "float16", "bfloat16", "complex64"].map((dtype) => [`primitives/conv/${dtype}`, emptyLowered])),
    "primitives/scatter/float16": emptyLowered,
    "primitives/scatter/bfloat16": emptyLowered,
    "engine/a run that fails changes no variable": "a state is written in place before a later kernel may fail",
  },
});
