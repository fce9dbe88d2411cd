import { DeviceError } from "@neurite/core";
import type { Dispatch } from "./dispatches.ts";
import { type GpuDevice, type GpuLayout, type GpuPipeline, computeStage } from "./gpu.ts";

export interface Pipeline {
  readonly pipeline: GpuPipeline;
  readonly layout: GpuLayout;
}

/** What a pipeline is made of: binding 0 is where buffers are; 1 the run's number and scalars, 2 its status, 3 and on its memories. */
export interface PipelineParts {
  readonly code: string;
  readonly entry: string;
  /** For each memory, whether it is written to. */
  readonly written: readonly boolean[];
  readonly run: boolean;
  readonly status: boolean;
}

/** The pipelines of a device, one for each source. */
export class Pipelines {
  readonly #device: GpuDevice;
  readonly #known = new Map<string, Pipeline>();

  constructor(device: GpuDevice) {
    this.#device = device;
  }

  /** Throws DeviceError for a kernel of more memories than the device binds at once. */
  ofDispatch({ rendered, label }: Dispatch): Pipeline {
    const { memories, buffers, source, entry, scalars, status } = rendered;
    const limit = this.#device.limits.maxStorageBuffersPerShaderStage;
    if (memories.length + (status ? 1 : 0) > limit) {
      throw new DeviceError(
        `[webgpu] one kernel uses ${memories.length} tensors at once${label === "" ? "" : ` (${label})`}: this device allows ${limit}. ` +
          "Hint: read some results first, so that fewer are computed together",
      );
    }
    const written = memories.map((_, memory) => buffers.some((use) => use.memory === memory && use.written));
    return this.of({ code: source, entry, written, run: scalars.length > 0 || status, status });
  }

  of({ code, entry, written, run, status }: PipelineParts): Pipeline {
    const known = this.#known.get(code);
    if (known !== undefined) return known;
    const storage = (binding: number, isWritten: boolean): object => ({
      binding,
      visibility: computeStage,
      buffer: { type: isWritten ? "storage" : "read-only-storage" },
    });
    const layout = this.#device.createBindGroupLayout({
      entries: [
        { binding: 0, visibility: computeStage, buffer: { type: "uniform", hasDynamicOffset: true } },
        ...(run ? [{ binding: 1, visibility: computeStage, buffer: { type: "uniform" } }] : []),
        ...(status ? [storage(2, true)] : []),
        ...written.map((isWritten, i) => storage(3 + i, isWritten)),
      ],
    });
    const pipeline = this.#device.createComputePipeline({
      layout: this.#device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module: this.#device.createShaderModule({ code }), entryPoint: entry },
    });
    const made = { pipeline, layout };
    this.#known.set(code, made);
    return made;
  }
}
