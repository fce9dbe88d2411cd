/** The devices that come with neurite, to choose one by hand: `setDefaultDevice(cpu({ threads: 2 }))`. */
/** @ts-ignore The package is optional: where it is not installed, its options are of any type. */
import type { CudaOptions } from "@neurite/backend-cuda";
/** @ts-ignore As above. */
import type { WebGpuOptions } from "@neurite/backend-webgpu";
import type { Backend } from "@neurite/core";
import { loadOptionalBackend } from "./defaults/optional-backend.ts";

export { cpu, isAvailable as isCpuAvailable, type CpuOptions, type InstructionSet } from "@neurite/backend-cpu";
export { reference, type ReferenceOptions } from "@neurite/backend-reference";
export type { CudaOptions, WebGpuOptions };

/**
 * A backend that computes on a graphics processor through WebGPU. Its package is imported now: `npm install @neurite/backend-webgpu`, and
 * in Node `webgpu` (Dawn), too. Reads are asynchronous.
 *
 * @throws DeviceError, saying why and what to do, where the package, WebGPU or an adapter is missing.
 * @example
 * setDefaultDevice(await webgpu());
 */
export async function webgpu(options: WebGpuOptions = {}): Promise<Backend> {
  const backend = await loadOptionalBackend("webgpu", "@neurite/backend-webgpu", () => import("@neurite/backend-webgpu"));
  return backend.webgpu(options);
}

/**
 * A backend that computes on an NVIDIA GPU. Its package is imported now: `npm install @neurite/backend-cuda`.
 *
 * @throws DeviceError, saying why, where the package, the driver, a device or NVRTC is missing; ValueError for options out of range.
 * @example
 * setDefaultDevice(await cuda({ device: 0 }));
 */
export async function cuda(options: CudaOptions = {}): Promise<Backend> {
  const backend = await loadOptionalBackend("cuda", "@neurite/backend-cuda", () => import("@neurite/backend-cuda"));
  return backend.cuda(options);
}
