/** Threefry-2x32 with 20 rounds (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011). */
import type { KernelTable } from "./kernel.ts";

const rotations = [13, 15, 26, 6, 17, 29, 16, 24] as const;
const parity = 0x1bd11bda;

/** Enciphers the counter (c0, c1) under the key (k0, k1): two words, written to `out`. */
export function threefry2x32(k0: number, k1: number, c0: number, c1: number, out: Uint32Array): void {
  const keys = [k0 | 0, k1 | 0, k0 ^ k1 ^ parity];
  let x0 = (c0 + keys[0]) | 0;
  let x1 = (c1 + keys[1]) | 0;
  for (let block = 0; block < 5; block++) {
    for (let round = 0; round < 4; round++) {
      const turn = rotations[(block % 2) * 4 + round];
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << turn) | (x1 >>> (32 - turn))) ^ x0;
    }
    x0 = (x0 + keys[(block + 1) % 3]) | 0;
    x1 = (x1 + keys[(block + 2) % 3] + block + 1) | 0;
  }
  out[0] = x0;
  out[1] = x1;
}

export const randomKernels: KernelTable<"random_bits"> = {
  random_bits: (context, [key], _params, [aval]) => {
    const out = context.arena.allocate(aval);
    const words = new Uint32Array(2);
    for (let i = 0; i < out.data.length; i++) {
      threefry2x32(key.data[0], key.data[1], Math.floor(i / 2 ** 32), i, words);
      out.data[i] = (words[0] ^ words[1]) >>> 0;
    }
    return [out];
  },
};
