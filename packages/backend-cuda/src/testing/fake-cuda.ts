/** Builds the fake driver, so that a backend runs end to end without a GPU. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CudaBackend } from "../backend.ts";
import { openCuda } from "../index.ts";
import type { CudaOptions } from "../options.ts";

const folder = fileURLToPath(new URL("host", import.meta.url));

/** Path of the library that plays driver, NVRTC and cuBLASLt. */
export function fakeCuda(): string {
  const source = join(folder, "fake_cuda.cpp");
  const header = join(folder, "device.h");
  const hash = createHash("sha256").update(readFileSync(source)).update(readFileSync(header)).digest("hex").slice(0, 16);
  const work = join(tmpdir(), `neurite-fake-cuda-${hash}`);
  const library = join(work, "libfakecuda.so");
  if (existsSync(library)) return library;
  mkdirSync(work, { recursive: true });
  const aside = `${library}.${process.pid}`;
  execFileSync("c++", [
    "-std=c++17",
    "-O1",
    "-fPIC",
    "-shared",
    `-DNEURITE_DEVICE_HEADER="${header}"`,
    `-DNEURITE_WORK_FOLDER="${work}"`,
    source,
    "-o",
    aside,
    "-ldl",
  ]);
  renameSync(aside, library);
  return library;
}

/** A backend over the fake driver. */
export function openFake(options: CudaOptions = {}): CudaBackend {
  const path = fakeCuda();
  return openCuda({ driver: path, nvrtc: path, cublasLt: path, cache: false, ...options });
}
