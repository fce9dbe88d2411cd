/**
 * The part of WebGPU that this backend uses, under names of its own: neither lib.dom nor @webgpu/types is needed, and neither is in the way.
 * Values of flags are fixed by the specification.
 */
export interface GpuBuffer {
  mapAsync(mode: number): Promise<void>;
  getMappedRange(): ArrayBuffer;
  unmap(): void;
  destroy(): void;
}

export type GpuLayout = { readonly __layout?: never };
export type GpuBindGroup = { readonly __bindGroup?: never };
export type GpuPipeline = { readonly __pipeline?: never };

export interface GpuPass {
  setPipeline(pipeline: GpuPipeline): void;
  setBindGroup(index: number, group: GpuBindGroup, dynamicOffsets: readonly number[]): void;
  dispatchWorkgroups(x: number, y?: number): void;
  end(): void;
}

export interface GpuEncoder {
  beginComputePass(): GpuPass;
  copyBufferToBuffer(from: GpuBuffer, fromOffset: number, to: GpuBuffer, toOffset: number, bytes: number): void;
  finish(): object;
}

export interface GpuLimits {
  readonly maxBufferSize: number;
  readonly maxStorageBufferBindingSize: number;
  readonly maxStorageBuffersPerShaderStage: number;
  readonly maxComputeWorkgroupsPerDimension: number;
}

export interface GpuDevice {
  readonly limits: GpuLimits;
  readonly queue: {
    submit(commands: readonly object[]): void;
    writeBuffer(buffer: GpuBuffer, offset: number, data: ArrayBufferView | ArrayBuffer, dataOffset?: number, size?: number): void;
    onSubmittedWorkDone(): Promise<void>;
  };
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>;
  onuncapturederror: ((event: { readonly error: { readonly message: string }; preventDefault?(): void }) => void) | null;
  createBuffer(descriptor: { readonly size: number; readonly usage: number }): GpuBuffer;
  createShaderModule(descriptor: { readonly code: string }): object;
  createBindGroupLayout(descriptor: { readonly entries: readonly object[] }): GpuLayout;
  createPipelineLayout(descriptor: { readonly bindGroupLayouts: readonly GpuLayout[] }): object;
  createComputePipeline(descriptor: object): GpuPipeline;
  createBindGroup(descriptor: { readonly layout: GpuLayout; readonly entries: readonly object[] }): GpuBindGroup;
  createCommandEncoder(): GpuEncoder;
  destroy(): void;
}

export interface GpuAdapter {
  readonly limits: GpuLimits;
  readonly info?: {
    readonly vendor: string;
    readonly architecture: string;
    readonly description: string;
    readonly isFallbackAdapter?: boolean;
  };
  requestDevice(descriptor: { readonly requiredLimits: Partial<GpuLimits> }): Promise<GpuDevice>;
}

/** `navigator.gpu`, or what npm's `webgpu` makes. */
export interface Gpu {
  requestAdapter(options?: { readonly powerPreference?: "low-power" | "high-performance" }): Promise<GpuAdapter | null>;
}

export const bufferUsage = { mapRead: 1, copySource: 4, copyTarget: 8, uniform: 64, storage: 128 } as const;
export const mapRead = 1;
export const computeStage = 4;
