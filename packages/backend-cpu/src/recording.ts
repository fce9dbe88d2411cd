/** What the engine measured, read with the plans of what ran. */
import { type Block, blocksOf, type Kernel, kernelRecord, type Plan } from "@neurite/compiler";
import type { KernelEvent, KernelRecord, KernelRecording } from "@neurite/core";

/** A kernel of a plan; the engine numbers them in the order of {@link labelledKernels}. */
interface LabelledKernel {
  readonly kernel: Kernel;
  readonly label: string;
  /** Number of the branch or loop that it is part of. */
  readonly parent: number | null;
}

/** Threads that runs are started from. */
const tracks = ["caller's thread", "queue"] as const;

/** Takes apart the words of the addon's `stopProfile`, where their order is described. */
export function readRecording(words: Float64Array, plans: ReadonlyMap<number, Plan>): KernelRecording {
  let at = 0;
  const next = (): number => words[at++];
  const kernels: KernelRecord[] = [];
  /** Index of the record of each kernel, by the serial number of its executable. */
  const places = new Map<number, number[]>();
  for (let count = next(); count > 0; count--) {
    const serial = next();
    const times = Array.from({ length: next() }, () => ({ calls: next(), nanoseconds: next() }));
    const plan = plans.get(serial) as Plan;
    const inside = new Array<number>(times.length).fill(0);
    const labelled = labelledKernels(plan);
    labelled.forEach(({ parent }, i) => {
      if (parent !== null) inside[parent] += times[i].nanoseconds;
    });
    const placesOf = labelled.map(({ kernel, label }, i) => {
      const { calls, nanoseconds } = times[i];
      if (calls === 0) return -1;
      return kernels.push(kernelRecord(kernel, label, plan.buffers, { calls, nanoseconds, inside: inside[i] })) - 1;
    });
    places.set(serial, placesOf);
  }
  const calls = next();
  const kept = next();
  const events = Array.from({ length: kept }, (): KernelEvent => {
    const serial = next();
    const kernel = places.get(serial)?.[next()] as number;
    return { kernel, start: next(), duration: next(), track: next() };
  });
  return { kernels, events, droppedEvents: calls - kept, tracks };
}

/** All kernels of a block, each followed by those that it consists of. */
function labelledKernels(block: Block): LabelledKernel[] {
  const all: LabelledKernel[] = [];
  const visit = ({ kernels, labels }: Block, parent: number | null): void => {
    kernels.forEach((kernel, i) => {
      const number = all.push({ kernel, label: labels[i], parent }) - 1;
      for (const inner of blocksOf(kernel)) visit(inner, number);
    });
  };
  visit(block, null);
  return all;
}
