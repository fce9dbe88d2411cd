import { readFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import { measurePeak } from "@neurite/backend-cpu";

export interface Machine {
  /** Model of the processor. */
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly node: string;
  readonly threads: number;
  /** GFLOP/s of fused multiply-adds on that many threads, as measured. */
  readonly peak: number;
}

/**
 * Name of the processor; where it does not tell (virtual machines), what there is beside. Linux knows its family and model, too: virtual
 * machines call processors of several generations by one name.
 */
export function processor(): string {
  const name = cpus()[0]?.model.trim() ?? "unknown";
  if (process.platform !== "linux") return name;
  const [, family, model] = /^cpu family\s*: (\d+)[^]*?^model\s*: (\d+)/m.exec(readFileSync("/proc/cpuinfo", "utf8")) ?? [];
  return family === undefined ? name : `${name} (family ${family}, model ${model})`;
}

/** The best of a few measurements: what the machine can do when it is left alone. */
export function fmaPeak(threads: number): number {
  return Math.max(...Array.from({ length: 3 }, () => measurePeak({ threads })));
}

export function thisMachine(threads: number): Machine {
  return {
    cpu: processor(),
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    threads,
    peak: Number(fmaPeak(threads).toPrecision(4)),
  };
}

export function describeMachine({ cpu, cores, memoryGiB, node, threads, peak }: Machine): string {
  return `${cpu}, ${cores} cores, ${memoryGiB} GiB, Node ${node.slice(1)}; ${threads} threads each, peak of fused multiply-adds ${peak.toFixed(0)} GFLOP/s; load ${loadavg()[0]?.toFixed(1)}`;
}
