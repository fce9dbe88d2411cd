import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const include = join(process.env["CUDA_HOME"] ?? "/usr/local/cuda", "include");

test.runIf(existsSync(join(include, "cuda.h")))("our declarations of the driver agree with cuda.h", () => {
  const native = fileURLToPath(new URL("native", import.meta.url));
  const compile = (): string =>
    execFileSync("c++", ["-std=c++20", "-fsyntax-only", "-I", native, "-I", include, join(native, "test", "declarations.cpp")], {
      encoding: "utf8",
      stdio: "pipe",
    });
  expect(compile()).toBe("");
});
