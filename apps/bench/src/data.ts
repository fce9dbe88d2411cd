import { digits } from "neurite/datasets";

/** Handwritten digits, over again from the first where there are not as many. */
export interface Digits {
  /** [samples, 784] in 0…1. */
  readonly x: Float32Array<ArrayBuffer>;
  readonly y: Int32Array<ArrayBuffer>;
}

export async function someDigits(samples: number): Promise<Digits> {
  const { train } = await digits.loadData({ testSize: 1 });
  const [pixels, labels] = [await train.x.data(), await train.y.data()];
  const x = new Float32Array(samples * 784);
  const y = new Int32Array(samples);
  for (let from = 0; from < samples; from += labels.length) {
    x.set(pixels.subarray(0, (samples - from) * 784), from * 784);
    y.set(labels.subarray(0, samples - from), from);
  }
  return { x, y };
}

/** Numbers in -1…1, which are as good as any where only the time matters. */
export function noise(length: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length }, () => Math.random() * 2 - 1);
}
