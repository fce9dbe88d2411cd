import { random } from "@neurite/core";

/** A generator of numbers in [0, 1) on the host, seeded from the default random state: `setSeed` decides the order of samples too. */
export function shuffleSource(): Promise<() => number> {
  return random
    .randint([1], 0, 2 ** 31 - 1)
    .data()
    .then(([seed]) => splitmix32(seed as number));
}

/** Steele, Lea and Flood's SplitMix in 32 bits: small, and good enough for the order of samples. */
function splitmix32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let bits = state ^ (state >>> 16);
    bits = Math.imul(bits, 0x21f0aaad);
    bits ^= bits >>> 15;
    bits = Math.imul(bits, 0x735a2d97);
    return ((bits ^ (bits >>> 15)) >>> 0) / 4294967296;
  };
}

/** The numbers 0 … n-1 in random order (Fisher-Yates), from a generator of numbers in [0, 1). */
export function permutation(n: number, random: () => number): Int32Array {
  // A loop: Int32Array.from asks an object for each of its elements, which took a quarter of an epoch of a small model.
  const order = new Int32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
