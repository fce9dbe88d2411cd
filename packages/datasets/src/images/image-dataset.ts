import { tensor, type Tensor } from "@neurite/core";

/** Images and their classes. */
export interface ImageSet {
  /** float32 in 0…1, [samples, height, width] or [samples, height, width, channels]. */
  readonly x: Tensor<"float32">;
  /** int32 class numbers, [samples]. */
  readonly y: Tensor<"int32">;
}

/** A dataset of images in its two parts. */
export interface ImageDataset {
  readonly train: ImageSet;
  readonly test: ImageSet;
  /** What each class number means. */
  readonly classNames: readonly string[];
}

/** Pixels 0…255 as a set of float32 images in 0…1 on the default device. */
export function imageSet(pixels: Uint8Array, labels: Uint8Array, imageShape: readonly number[]): ImageSet {
  const x = new Float32Array(pixels.length);
  for (let i = 0; i < x.length; i++) x[i] = (pixels[i] as number) / 255;
  return {
    x: tensor(x, { dtype: "float32", shape: [labels.length, ...imageShape] }),
    y: tensor(Int32Array.from(labels), { dtype: "int32" }),
  };
}
