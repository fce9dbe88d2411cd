import { availableParallelism, totalmem } from "node:os";
import { describeValue, DeviceError, ValueError } from "@neurite/core";
import type { Finalizers, Native } from "./native.ts";

/** Instruction sets with kernels of their own, from the oldest. */
export type InstructionSet = "baseline" | "avx2" | "avx512";

/** What becomes of results that are denormal numbers, those too small for full precision: float32 numbers below 1.2e-38. */
export type Denormals = "auto" | "flush" | "keep";

/** How to make a {@link cpu} backend. */
export interface CpuOptions {
  /** Threads that one kernel may use, the calling one included. Default: the number of cores that the process may use. */
  readonly threads?: number;
  /** Which kernels to use. Default "auto": the best that this CPU runs. "baseline" runs on every CPU of the architecture. */
  readonly instructionSet?: InstructionSet | "auto";
  /** Most bytes that live tensors and intermediate results may take. Default: no limit but the machine's; half of its memory with deferred finalizers. */
  readonly memoryLimit?: number;
  /**
   * Most bytes of copies of weights in the order in which matrix products and convolutions read them, kept between predictions for as long
   * as nobody writes to the weights; at most a quarter of `memoryLimit`. Default 256 MiB; 0 keeps none.
   */
  readonly packedLimit?: number;
  /**
   * Runs estimated to take longer than this many milliseconds go to a background thread, so that the event loop stays free.
   * Default 10; 0 sends every run there.
   */
  readonly synchronousLimit?: number;
  /**
   * "keep": they are as IEEE 754 says. "flush": they are 0, as in TensorFlow and XLA. "auto": they are 0 in programs that assign to
   * variables, as training steps do: there, means of gradients that vanish would end as denormal numbers and stay so, and an x86 processor
   * takes about a hundred times as long for those. Default "auto"; other processors are as fast with them, and always keep them.
   */
  readonly denormals?: Denormals;
  /**
   * When memory of collected tensors is returned: "immediate", inside garbage collection, or "deferred", when the event loop turns.
   * Default: "immediate" where Node allows it. With "deferred", a long loop must await something now and then.
   */
  readonly finalizers?: Finalizers;
}

export interface ResolvedOptions {
  readonly threads: number;
  readonly instructionSet: string;
  readonly memoryLimit: number;
  readonly packedLimit: number;
  readonly synchronousLimit: number;
  readonly denormals: Denormals;
}

const mostThreads = 256;

/** Checks options and fills in defaults. Throws ValueError, or DeviceError for an instruction set that is not there. */
export function resolveOptions(options: CpuOptions, native: Native): ResolvedOptions {
  const {
    threads = Math.min(availableParallelism(), mostThreads),
    packedLimit = 256 * 2 ** 20,
    synchronousLimit = 10,
    denormals = "auto",
  } = options;
  // With deferred finalizers a loop that never awaits frees nothing: an error comes before the machine runs out.
  const { memoryLimit = native.immediateFinalizers ? 0 : Math.floor(totalmem() / 2) } = options;
  if (!Number.isInteger(threads) || threads < 1 || threads > mostThreads) {
    throw new ValueError(`[cpu] threads must be a whole number from 1 to ${mostThreads}: received ${threads}`);
  }
  if (!(memoryLimit >= 0)) throw new ValueError(`[cpu] memoryLimit must be a number of bytes: received ${memoryLimit}`);
  if (!(packedLimit >= 0)) throw new ValueError(`[cpu] packedLimit must be a number of bytes: received ${describeValue(packedLimit)}`);
  if (!(synchronousLimit >= 0))
    throw new ValueError(`[cpu] synchronousLimit must be a number of milliseconds: received ${synchronousLimit}`);
  if (!["auto", "flush", "keep"].includes(denormals))
    throw new ValueError(`[cpu] denormals must be "auto", "flush" or "keep": received ${describeValue(denormals)}`);
  const sets = native.instructionSets();
  const wanted = options.instructionSet ?? "auto";
  const instructionSet = wanted === "auto" ? (sets.at(-1) as string) : wanted;
  if (!sets.includes(instructionSet)) {
    throw new DeviceError(`[cpu] this CPU has no instruction set "${instructionSet}": it has ${sets.map((set) => `"${set}"`).join(", ")}`);
  }
  const bytes = (limit: number): number => Math.min(limit, Number.MAX_SAFE_INTEGER);
  return { threads, instructionSet, memoryLimit: bytes(memoryLimit), packedLimit: bytes(packedLimit), synchronousLimit, denormals };
}
