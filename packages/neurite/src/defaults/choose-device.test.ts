import { reference } from "@neurite/backend-reference";
import { type Backend, DeviceError } from "@neurite/core";
import { expect, test, vi } from "vitest";
import { chooseDevice, deviceCandidates } from "./choose-device.ts";

const missing = {
  name: "cpu",
  make: () => {
    throw new DeviceError("no compiler");
  },
};
const present = { name: "reference", make: () => reference() };

test("the best device present is chosen, and nothing is said", () => {
  const warn = vi.fn<(line: string) => void>();
  const other = vi.fn<() => Backend>(() => reference());
  expect(chooseDevice([present, { name: "other", make: other }], warn).name).toBe("reference");
  expect(warn).not.toHaveBeenCalled();
  expect(other).not.toHaveBeenCalled();
});

test("falling back takes one line, which says to what and why", () => {
  const warn = vi.fn<(line: string) => void>();
  expect(chooseDevice([missing, present], warn).name).toBe("reference");
  expect(warn.mock.calls).toEqual([
    ["neurite: using the slow reference (TypeScript, each result rounded to its dtype) backend: cpu is not available (no compiler)"],
  ]);
});

test("the line goes to stderr", () => {
  const warn = vi.spyOn(console, "warn").mockReturnValue(undefined);
  chooseDevice([missing, present]);
  expect(warn).toHaveBeenCalledOnce();
  warn.mockRestore();
});

test("without any device the last reason is thrown", () => {
  expect(() => chooseDevice([missing], () => undefined)).toThrow("no compiler");
});

test("the reference backend, which always installs, is the last resort", () => {
  expect(deviceCandidates.map(({ name }) => name)).toEqual(["cpu", "reference"]);
});
