import { describeBackend } from "@neurite/testkit";
import { describe, test } from "vitest";
import { cpu } from "./index.ts";

describeBackend("cpu", () => cpu({ threads: 2 }), {
  describe,
  test,
});
