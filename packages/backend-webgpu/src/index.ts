import { type Backend, DeviceError } from "@neurite/core";
import { WebGpuBackend } from "./backend.ts";
import type { Gpu, GpuAdapter } from "./gpu.ts";

/** How to make a {@link webgpu} backend. */
export interface WebGpuOptions {
  /** Which adapter to prefer where there are several. Default "high-performance". */
  readonly powerPreference?: "low-power" | "high-performance";
}

const noGpu = "Hint: browsers have WebGPU since Chrome 113, Safari 26 and Firefox 141, on pages served by https or localhost";
const noAdapter = "Hint: install a driver with Vulkan (on Linux also libvulkan1), Metal or Direct3D 12";

/** `navigator.gpu` in browsers; in Node, Dawn through the package `webgpu`. */
async function findGpu(): Promise<Gpu> {
  const { navigator, process } = globalThis as { navigator?: { gpu?: Gpu }; process?: { versions?: { node?: string } } };
  if (navigator?.gpu !== undefined) return navigator.gpu;
  if (process?.versions?.node === undefined) throw new DeviceError(`[webgpu] this browser has no WebGPU. ${noGpu}`);
  let dawn: { create(options: readonly string[]): Gpu };
  try {
    // Not seen by bundlers: 132 MB that only Node needs.
    const name = "webgpu";
    dawn = (await import(/* @vite-ignore */ name)) as typeof dawn;
  } catch (error) {
    throw new DeviceError('[webgpu] Node needs the package "webgpu": npm install webgpu@0.6.2', { cause: error });
  }
  return dawn.create([]);
}

/**
 * A backend that computes on a graphics processor: `navigator.gpu` in browsers, the package `webgpu` (Dawn) in Node.
 *
 * Reads are asynchronous: `await tensor.data()`.
 *
 * @throws DeviceError, saying why and what to do, where there is no WebGPU or no adapter.
 * @example
 * setDefaultDevice(await webgpu());
 */
export async function webgpu(options: WebGpuOptions = {}): Promise<Backend> {
  const gpu = await findGpu();
  const adapter = await gpu.requestAdapter({ powerPreference: options.powerPreference ?? "high-performance" });
  if (adapter === null) throw new DeviceError(`[webgpu] no adapter was found. ${noAdapter}`);
  const { maxBufferSize, maxStorageBufferBindingSize, maxStorageBuffersPerShaderStage } = adapter.limits;
  const requiredLimits = { maxBufferSize, maxStorageBufferBindingSize, maxStorageBuffersPerShaderStage };
  const device = await adapter.requestDevice({ requiredLimits });
  return new WebGpuBackend(gpu, device, describeAdapter(adapter));
}

function describeAdapter({ info }: GpuAdapter): string {
  if (info === undefined) return "unknown adapter";
  const name = [info.vendor, info.architecture, info.description].filter((part) => part !== "").join(" ");
  // Programs that stand in for a GPU: right, and slow.
  const isSoftware = info.isFallbackAdapter === true || /swiftshader|llvmpipe|lavapipe|basic render/i.test(name);
  return isSoftware ? `${name}, in software: no GPU` : name;
}
