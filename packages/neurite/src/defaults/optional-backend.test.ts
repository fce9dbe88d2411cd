import { DeviceError } from "@neurite/core";
import { expect, test } from "vitest";
import { loadOptionalBackend } from "./optional-backend.ts";

const missing = (name: string): Error =>
  Object.assign(new Error(`Cannot find package '${name}' imported from /app/backends.js`), { code: "ERR_MODULE_NOT_FOUND" });

test("a package that is there is given as it is", async () => {
  expect(await loadOptionalBackend("cuda", "@neurite/backend-cuda", () => Promise.resolve(3))).toBe(3);
});

test("a missing package is a DeviceError that says how to install it", async () => {
  const loading = loadOptionalBackend("cuda", "@neurite/backend-cuda", () => Promise.reject(missing("@neurite/backend-cuda")));
  await expect(loading).rejects.toThrow(DeviceError);
  await expect(loading).rejects.toThrow(
    "[cuda] the package @neurite/backend-cuda is not installed. Hint: npm install @neurite/backend-cuda",
  );
});

test("Node words its error as expected here", async () => {
  const name = "@neurite/no-such-backend";
  const { execFile } = await import("node:child_process");
  const { promisify } = await import("node:util");
  const script = `import(${JSON.stringify(name)}).catch(({ code, message }) => console.log(JSON.stringify({ code, message })))`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]);
  const { code, message } = JSON.parse(stdout) as { code: string; message: string };
  expect(code).toBe("ERR_MODULE_NOT_FOUND");
  expect(message).toContain(`'${name}'`);
});

test("what the package itself misses passes as it is", async () => {
  const other = missing("something-else");
  await expect(loadOptionalBackend("cuda", "@neurite/backend-cuda", () => Promise.reject(other))).rejects.toBe(other);
});
