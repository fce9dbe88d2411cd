import { cudaPrelude } from "./cuda-functions.ts";
import type { RenderedKernel } from "./render.ts";

/**
 * CUDA kernels as one source that needs no header, with the names of their functions in order. Kernels that differ in their arrays alone are
 * one function.
 *
 * @example
 * const { source, names } = cudaSource(stepsOf(plan).map(render));
 */
export function cudaSource(kernels: readonly RenderedKernel[]): { readonly source: string; readonly names: readonly string[] } {
  const names = new Map<string, string>();
  const texts = [cudaPrelude];
  for (const { source, entry } of kernels) {
    if (names.has(source)) continue;
    const name = `k${names.size}`;
    names.set(source, name);
    texts.push(source.replace(`${entry}(`, `${name}(`));
  }
  return { source: texts.join("\n"), names: kernels.map(({ source }) => names.get(source) as string) };
}
