import { availableParallelism, cpus, freemem, totalmem } from "node:os";
import type { Backend } from "@neurite/core";
import { cuda, webgpu } from "../../backends.ts";
import { type DeviceCandidate, deviceCandidates } from "../../defaults/choose-device.ts";
import { neuriteVersion } from "../version.ts";
import { selfTest } from "./self-test.ts";

/** A kind of device: one that is there, or why it is not. */
export interface DeviceReport {
  readonly name: string;
  readonly available: boolean;
  /** True for the one that tensors are made on when nobody chooses. */
  readonly inUse: boolean;
  /** "cpu (avx512, 2 threads)"; null if it is not there. */
  readonly description: string | null;
  /** Which kernels were picked for this processor, where the device has such a choice. */
  readonly instructionSet: string | null;
  readonly threads: number | null;
  readonly dtypes: readonly string[];
  /** Primitives it refuses. */
  readonly lacks: readonly string[];
  /** Why it is not there, or what its self-test found wrong; null if all is well. */
  readonly problem: string | null;
}

/** What `neurite doctor` prints. */
export interface DoctorReport {
  readonly neurite: string;
  readonly node: string;
  /** "linux x64". */
  readonly platform: string;
  readonly processor: { readonly model: string; readonly cores: number };
  /** In bytes. `limit` is that of a container, if there is one. */
  readonly memory: { readonly total: number; readonly free: number; readonly limit: number | null };
  /** Best first. */
  readonly devices: readonly DeviceReport[];
  /** What to mend; empty if all is well. */
  readonly problems: readonly string[];
}

const oldestNode = [20, 19] as const;

function isSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
}

/** Looks at the machine. Loads every device there is and computes a little on each. */
export async function examine(candidates: readonly DeviceCandidate[] = deviceCandidates): Promise<DoctorReport> {
  const devices: DeviceReport[] = [];
  const problems: string[] = [];
  for (const candidate of candidates) {
    const report = await examineDevice(candidate, !devices.some(({ inUse }) => inUse));
    devices.push(report);
    if (report.problem !== null) problems.push(`${report.name}: ${report.problem}`);
  }
  const [best] = candidates;
  const used = devices.find(({ inUse }) => inUse);
  if (used === undefined) problems.push("there is no device to compute on");
  else if (used.name !== best?.name) problems.push(`everything runs on the slower ${used.name} backend`);
  if (!isSupported(process.versions.node)) problems.push(`Node ${process.versions.node} is too old: neurite needs ${oldestNode.join(".")}`);
  devices.push(await examineOptional("webgpu", () => webgpu()));
  devices.push(await examineOptional("cuda", () => cuda()));

  const limit = process.constrainedMemory?.() ?? 0;
  return {
    neurite: neuriteVersion(),
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    processor: { model: cpus()[0]?.model.trim() ?? "unknown", cores: availableParallelism() },
    memory: { total: totalmem(), free: freemem(), limit: limit > 0 && limit < totalmem() ? limit : null },
    devices,
    problems,
  };
}

async function examineDevice({ name, make }: DeviceCandidate, isFirst: boolean): Promise<DeviceReport> {
  let device: Backend;
  try {
    device = make();
  } catch (error) {
    return absent(name, error instanceof Error ? error.message : String(error));
  }
  const { instructionSet = null, threads = null } = device as Partial<Pick<DeviceReport, "instructionSet" | "threads">>;
  const report: DeviceReport = {
    name,
    available: true,
    inUse: isFirst,
    description: device.description,
    instructionSet,
    threads,
    dtypes: [...device.capabilities.dtypes],
    lacks: [...device.capabilities.unsupported.keys()],
    problem: await selfTest(device),
  };
  device.dispose();
  return report;
}

/** Those of packages of their own, which only some install. */
async function examineOptional(name: string, open: () => Promise<Backend>): Promise<DeviceReport> {
  let device: Backend;
  try {
    device = await open();
  } catch (error) {
    return absent(name, error instanceof Error ? error.message : String(error));
  }
  return examineDevice({ name, make: () => device }, false);
}

function absent(name: string, problem: string): DeviceReport {
  return { name, available: false, inUse: false, description: null, instructionSet: null, threads: null, dtypes: [], lacks: [], problem };
}
