import type { WebGpuProgram } from "./executable.ts";
import type { GpuBindGroup, GpuBuffer, GpuDevice } from "./gpu.ts";
import type { Pipeline } from "./pipelines.ts";
import { type WebGpuStorage, wholeWords } from "./storage.ts";
import { placeBytes, storageUsage } from "./usages.ts";

/** A run of a program on a device. */
export interface Run {
  readonly device: GpuDevice;
  readonly status: GpuBuffer;
  readonly program: WebGpuProgram;
  readonly arena: GpuBuffer | null;
  readonly inputs: readonly WebGpuStorage[];
  readonly outputs: readonly WebGpuStorage[];
  readonly scalars: readonly number[];
  /** What the status names it by when it fails. */
  readonly number: number;
}

/** Queues a run: one command buffer, one submit. */
export function submit(run: Run): void {
  const { device, program, arena, outputs } = run;
  const { executable, states } = program;
  writeScalars(run);
  if (program.arena !== arena) program.groups.length = 0;
  program.arena = arena;

  const encoder = device.createCommandEncoder();
  // A buffer cannot be read through one binding and written through another: what is input and state at once is read from a copy.
  const copies: GpuBuffer[] = [];
  const sources = run.inputs.map(({ buffer, bytes }) => {
    if (!states.some((state) => state.buffer === buffer)) return buffer as GpuBuffer;
    const copy = device.createBuffer({ size: wholeWords(bytes), usage: storageUsage });
    encoder.copyBufferToBuffer(buffer as GpuBuffer, 0, copy, 0, wholeWords(bytes));
    copies.push(copy);
    return copy;
  });
  const pass = encoder.beginComputePass();
  executable.dispatches.forEach(({ rendered }, i) => {
    const { pipeline, layout } = executable.pipelines[i] as Pipeline;
    const { memories, workgroups } = rendered;
    const keeps = memories.every(({ kind }) => kind === "arena" || kind === "state");
    let group = keeps ? program.groups[i] : undefined;
    if (group === undefined) {
      const buffers = memories.map(({ kind, index }): GpuBuffer => {
        if (kind === "arena") return arena as GpuBuffer;
        if (kind === "input") return sources[index] as GpuBuffer;
        return (kind === "state" ? states : outputs)[index]?.buffer as GpuBuffer;
      });
      group = bindGroup(run, i, layout, buffers);
      if (keeps) program.groups[i] = group;
    }
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group, [i * placeBytes]);
    const columns = Math.min(workgroups, device.limits.maxComputeWorkgroupsPerDimension);
    pass.dispatchWorkgroups(columns, Math.ceil(workgroups / columns));
  });
  pass.end();
  device.queue.submit([encoder.finish()]);
  for (const copy of copies) copy.destroy();
}

/** The uniform `run`: its number in the first of four words, then the scalars. */
function writeScalars({ device, program, scalars, number }: Run): void {
  const { runWords: words, executable } = program;
  const floats = new Float32Array(words.buffer);
  words[0] = number;
  executable.graph.scalars.forEach(({ dtype }, i) => {
    if (dtype === "float32") floats[4 + i] = scalars[i] as number;
    else words[4 + i] = dtype === "bool" ? Number(scalars[i] !== 0) : (scalars[i] as number);
  });
  device.queue.writeBuffer(program.run as GpuBuffer, 0, words);
}

function bindGroup(
  { device, program, status }: Run,
  dispatch: number,
  layout: Pipeline["layout"],
  buffers: readonly GpuBuffer[],
): GpuBindGroup {
  const { executable, run } = program;
  const { rendered } = executable.dispatches[dispatch] as (typeof executable.dispatches)[number];
  return device.createBindGroup({
    layout,
    entries: [
      { binding: 0, resource: { buffer: executable.places, size: placeBytes } },
      ...(rendered.scalars.length > 0 || rendered.status ? [{ binding: 1, resource: { buffer: run } }] : []),
      ...(rendered.status ? [{ binding: 2, resource: { buffer: status } }] : []),
      ...buffers.map((buffer, i) => ({ binding: 3 + i, resource: { buffer } })),
    ],
  });
}
