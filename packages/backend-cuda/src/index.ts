/** The CUDA backend of neurite. */
import { callAddon } from "@neurite/compiler";
import { type Backend, DeviceError } from "@neurite/core";
import { CudaBackend } from "./backend.ts";
import { KernelCache, defaultCacheFolder } from "./kernel-cache.ts";
import { candidatePaths } from "./libraries/search.ts";
import { type Native, loadNative } from "./native.ts";
import { type CudaOptions, checkOptions } from "./options.ts";

/**
 * A backend that computes on an NVIDIA GPU: kernels rendered for each program and compiled by NVRTC, products by cuBLASLt where it is there.
 * The libraries are opened now: the driver, NVRTC and, optionally, cuBLASLt, each of version 12 or newer.
 *
 * @throws DeviceError, saying why, when there is no driver, no device or no NVRTC; ValueError for options out of range.
 * @example
 * setDefaultDevice(await cuda({ device: 0 }));
 */
export async function cuda(options: CudaOptions = {}): Promise<Backend> {
  return openCuda(options);
}

/**
 * {@link cuda} with its own type.
 *
 * @throws DeviceError as {@link cuda} does.
 *
 * @example
 * const device = openCuda();
 * device.description; // "NVIDIA H100 80GB HBM3, …"
 */
export function openCuda(options: CudaOptions = {}): CudaBackend {
  checkOptions(options);
  const native = loadNative();
  const driver = candidatePaths("cuda", options.driver);
  // The driver comes first: without one, nothing else matters.
  callAddon("cuda", () => native.probe(driver));
  const compiler = callAddon("cuda", () => native.openCompiler(candidatePaths("nvrtc", options.nvrtc)));
  const device = callAddon("cuda", () =>
    native.createDevice(
      driver,
      blasPaths(native, options),
      options.device ?? 0,
      options.memoryLimit ?? 0,
      options.workspaceBytes ?? 32 * 2 ** 20,
      options.synchronous === true ? 1 : 0,
      options.graphs === false ? 0 : 1,
      options.tf32 === true ? 1 : 0,
    ),
  );
  const folder = options.cache === false ? null : (options.cache ?? defaultCacheFolder());
  return new CudaBackend({ native, device, compiler, cache: new KernelCache(folder) });
}

/** Paths of cuBLASLt; none where it is turned off, or is nowhere and nobody asked for it. */
function blasPaths(native: Native, options: CudaOptions): string[] {
  if (options.cublasLt === false) return [];
  const paths = candidatePaths("cublasLt", options.cublasLt);
  // One path: somebody named it, and its absence is an error.
  return paths.length === 1 ? paths : paths.filter((path) => native.opens(path)).slice(0, 1);
}

/**
 * Why the cuda backend cannot be used on this machine; null when it can.
 *
 * @example
 * const reason = whyUnavailable(); // "the CUDA driver finds no device"
 */
export function whyUnavailable(options: Pick<CudaOptions, "driver" | "nvrtc"> = {}): string | null {
  try {
    const native = loadNative();
    if (native.probe(candidatePaths("cuda", options.driver)) === 0) return "the CUDA driver finds no device";
    native.openCompiler(candidatePaths("nvrtc", options.nvrtc));
    return null;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return error instanceof DeviceError ? text.replace(/^\[cuda\] /, "") : text;
  }
}

/**
 * True when there are a driver, a device and NVRTC.
 *
 * @example
 * setDefaultDevice(isAvailable() ? await cuda() : cpu());
 */
export function isAvailable(options: Pick<CudaOptions, "driver" | "nvrtc"> = {}): boolean {
  return whyUnavailable(options) === null;
}

export type { CudaOptions } from "./options.ts";
