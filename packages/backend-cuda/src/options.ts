import { ValueError } from "@neurite/core";

/** How to make a {@link cuda} backend. */
export interface CudaOptions {
  /** Number of the device among those that the driver sees (`CUDA_VISIBLE_DEVICES` chooses and orders them). Default 0. */
  readonly device?: number;
  /** Most bytes that live tensors and intermediate results may take. Default: no limit but the device's. */
  readonly memoryLimit?: number;
  /**
   * Lets products of float32 round their operands to TF32 (10 bits of mantissa), on devices of compute capability 8 and newer: several
   * times faster. Default false.
   */
  readonly tf32?: boolean;
  /** Runs programs as CUDA graphs from their second run on. Default true. */
  readonly graphs?: boolean;
  /** Waits after every kernel, so that a failing one is named: for debugging, slow. Default false. */
  readonly synchronous?: boolean;
  /** Bytes that cuBLASLt may use as scratch. Default 32 MiB. */
  readonly workspaceBytes?: number;
  /** Path of the driver library. Default: `NEURITE_CUDA_DRIVER`, else libcuda.so.1 as the system's loader finds it. */
  readonly driver?: string;
  /** Path of NVRTC. Default: `NEURITE_NVRTC`, else what the loader, a toolkit or NVIDIA's Python wheels have. */
  readonly nvrtc?: string;
  /** Path of cuBLASLt. Default: `NEURITE_CUBLASLT`, else found as NVRTC is. False: products are done by neurite's own kernels. */
  readonly cublasLt?: string | false;
  /**
   * Folder in which compiled kernels are kept. Default: `NEURITE_CACHE_DIR`, else `neurite/cuda` in the user's cache folder. False keeps none.
   */
  readonly cache?: string | false;
}

/** Checks what TypeScript cannot. Throws ValueError. */
export function checkOptions({ device = 0, memoryLimit = 0, workspaceBytes = 0 }: CudaOptions): void {
  if (!Number.isInteger(device) || device < 0) throw new ValueError(`[cuda] device must be a whole number: received ${device}`);
  if (!(memoryLimit >= 0)) throw new ValueError(`[cuda] memoryLimit must be a number of bytes: received ${memoryLimit}`);
  if (!Number.isInteger(workspaceBytes) || workspaceBytes < 0) {
    throw new ValueError(`[cuda] workspaceBytes must be a number of bytes: received ${workspaceBytes}`);
  }
}
