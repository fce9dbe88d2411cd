import { reference } from "@neurite/backend-reference";
import { type Backend, DeviceError } from "@neurite/core";
import { expect, test } from "vitest";
import type { DeviceCandidate } from "../../defaults/choose-device.ts";
import { examine } from "./examine.ts";
import { formatReport } from "./format.ts";
import { selfTest } from "./self-test.ts";

const working: DeviceCandidate = { name: "reference", make: () => reference() };
const missing: DeviceCandidate = {
  name: "cpu",
  make: () => {
    throw new DeviceError("the native engine was not built: there is no compiler");
  },
};

/** A device that reads one more than it computed. */
function wrong(): Backend {
  const device = reference();
  const { read } = device;
  device.read = async (...args) => {
    const bytes = await read.apply(device, args);
    const floats = new Float32Array(bytes);
    floats[0] = (floats[0] as number) + 1;
    return bytes;
  };
  return device;
}

test("with the best device present there is nothing to mend", async () => {
  const report = await examine([working]);
  expect(report.problems).toEqual([]);
  expect(report.devices[0]).toMatchObject({ name: "reference", available: true, inUse: true, problem: null, lacks: [] });
  expect(report.devices[0]?.dtypes).toContain("float32");
  expect(formatReport(report)).toMatch(
    /> reference {2}reference \(TypeScript.*, used unless you choose another\n[^]*Everything is in order\.$/,
  );
});

test("a device that is missing is told with its reason, and what runs instead", async () => {
  const report = await examine([missing, working]);
  expect(report.devices.map(({ name, inUse }) => [name, inUse])).toEqual([
    ["cpu", false],
    ["reference", true],
    ["webgpu", false],
    ["cuda", false],
  ]);
  expect(report.problems).toEqual([
    "cpu: the native engine was not built: there is no compiler",
    "everything runs on the slower reference backend",
  ]);
  const text = formatReport(report);
  expect(text).toContain("- cpu        the native engine was not built: there is no compiler");
  expect(text).toMatch(/[-+] webgpu {5}(?:\[webgpu\] |webgpu \()/);
  expect(text).toMatch(/To mend:\n {2}cpu: .*\n {2}everything runs on the slower reference backend$/);
});

test("without any device that is the problem", async () => {
  expect((await examine([missing])).problems).toContain("there is no device to compute on");
});

test("a device that computes wrongly, or not at all, is found out", async () => {
  expect(await selfTest(reference())).toBeNull();
  expect(await selfTest(wrong())).toBe("its self-test gave 1811, 171, 204, 390, 468 where 1810, 170, 204, 390, 468 was expected");
  const broken = reference();
  broken.compile = () => {
    throw new DeviceError("out of order");
  };
  expect(await selfTest(broken)).toBe("its self-test failed: out of order");
  expect((await examine([{ name: "reference", make: wrong }])).problems).toEqual([
    expect.stringContaining("its self-test gave 1811") as string,
  ]);
});

test("the machine is described", async () => {
  const { node, platform, processor, memory } = await examine([working]);
  expect(node).toBe(process.versions.node);
  expect(platform).toBe(`${process.platform} ${process.arch}`);
  expect(processor.cores).toBeGreaterThan(0);
  expect(memory.total).toBeGreaterThan(memory.free);
});
