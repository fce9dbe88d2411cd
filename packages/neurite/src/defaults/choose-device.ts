import { cpu } from "@neurite/backend-cpu";
import { reference } from "@neurite/backend-reference";
import type { Backend } from "@neurite/core";

/** What {@link chooseDevice} picks from, best first. */
export interface DeviceCandidate {
  readonly name: string;
  /** Throws an error that says why where the device is not present. */
  readonly make: () => Backend;
}

export const deviceCandidates: readonly DeviceCandidate[] = [
  { name: "cpu", make: () => cpu() },
  { name: "reference", make: () => reference() },
];

/**
 * The best device present. Where that is not the best there is, one line on stderr says which was taken and why.
 * @throws The error of the last candidate if none is present.
 */
export function chooseDevice(
  candidates: readonly DeviceCandidate[] = deviceCandidates,
  warn: (line: string) => void = (line) => console.warn(line),
): Backend {
  const refusals: string[] = [];
  for (const [i, { name, make }] of candidates.entries()) {
    try {
      const device = make();
      if (refusals.length > 0) warn(`neurite: using the slow ${device.description} backend: ${refusals.join("; ")}`);
      return device;
    } catch (error) {
      if (i === candidates.length - 1) throw error;
      refusals.push(`${name} is not available (${error instanceof Error ? error.message : String(error)})`);
    }
  }
  throw new Error("there are no devices to choose from");
}
