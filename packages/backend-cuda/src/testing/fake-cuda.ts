/** Builds the fake driver, so that a backend runs end to end without a GPU. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CudaBackend } from "../backend.ts";
import { openCuda } from "../index.ts";
import type { CudaOptions } from "../options.ts";

const folder = fileURLToPath(new URL("host", import.meta.url));

/** Path of the library that plays driver, NVRTC and cuBLASLt. */
function buildFake(): string {
  const files = readdirSync(folder).sort();
  // The library has the folder's path in it.
  const hash = createHash("sha256").update(folder);
  for (const file of files) hash.update(readFileSync(join(folder, file)));
  const work = join(tmpdir(), `neurite-fake-cuda-${hash.digest("hex").slice(0, 16)}`);
  const library = join(work, "libfakecuda.so");
  if (existsSync(library)) return library;
  mkdirSync(work, { recursive: true });
  const aside = `${library}.${process.pid}`;
  execFileSync("c++", [
    "-std=c++17",
    "-O1",
    "-fPIC",
    "-shared",
    `-DNEURITE_DEVICE_HEADER="${join(folder, "device.h")}"`,
    `-DNEURITE_WORK_FOLDER="${work}"`,
    ...files.filter((file) => file.endsWith(".cpp")).map((file) => join(folder, file)),
    "-o",
    aside,
    "-ldl",
  ]);
  renameSync(aside, library);
  return library;
}

/** Built when it is imported: compiling it takes longer than a test may. */
const path = buildFake();

/** A backend over the fake driver. */
export function openFake(options: CudaOptions = {}): CudaBackend {
  return openCuda({ driver: path, nvrtc: path, cublasLt: path, cache: false, ...options });
}
