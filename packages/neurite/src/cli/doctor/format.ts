import type { DeviceReport, DoctorReport } from "./examine.ts";

/** A report for people. */
export function formatReport(report: DoctorReport): string {
  const { processor, memory } = report;
  const lines = [
    `neurite ${report.neurite}, Node ${report.node}, ${report.platform}`,
    `processor  ${processor.model}, ${processor.cores} ${processor.cores === 1 ? "core" : "cores"} to use`,
    `memory     ${gib(memory.total)}, ${gib(memory.free)} free${memory.limit === null ? "" : `, limited to ${gib(memory.limit)}`}`,
    "",
    "devices",
    ...report.devices.flatMap(formatDevice),
    "",
  ];
  if (report.problems.length === 0) return [...lines, "Everything is in order."].join("\n");
  return [...lines, "To mend:", ...report.problems.map((problem) => `  ${problem}`)].join("\n");
}

function formatDevice(device: DeviceReport): string[] {
  const name = device.name.padEnd(10);
  if (!device.available) return [`  - ${name} ${device.problem}`];
  const lines = [`  ${device.inUse ? ">" : "+"} ${name} ${device.description}${device.inUse ? ", used unless you choose another" : ""}`];
  const indent = " ".repeat(15);
  lines.push(`${indent}${device.dtypes.join(", ")}`);
  if (device.lacks.length > 0) lines.push(`${indent}not on it yet: ${device.lacks.join(", ")}`);
  if (device.problem !== null) lines.push(`${indent}${device.problem}`);
  return lines;
}

const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
