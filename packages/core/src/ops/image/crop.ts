/** Pictures cut and padded at their edges. */
import { ValueError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { formatAval } from "../../shapes/format.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { sliceAxis } from "../shape/split.ts";
import { integerInput } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";
import { type ImageOptions, onPictures } from "./pictures.ts";

/** Two of three along an axis: at its start, at its end, and the size that results; the third follows. */
function edgesOf(
  name: string,
  size: number,
  sign: 1 | -1,
  low: number | null | undefined,
  high: number | null | undefined,
  target: number | null | undefined,
  words: string,
): [number, number] {
  const given = [low, high, target].map((n) => (n === null || n === undefined ? null : integerInput(name, n, words, 0)));
  const [a, b, result] = given as [number | null, number | null, number | null];
  if (given.filter((n) => n !== null).length !== 2) throw new ValueError(`[${name}] give exactly two of ${words}`);
  const total = result === null ? (a as number) + (b as number) : sign * (result - size);
  const edges: [number, number] = [a ?? total - (b as number), b ?? total - (a as number)];
  if (edges.some((edge) => edge < 0))
    throw new ValueError(`[${name}] ${words} do not fit a size of ${size}: received ${given.map(String).join(", ")}`);
  return edges;
}

/** Options of {@link cropImages}: two of three for each direction. */
export interface CropOptions extends ImageOptions {
  readonly topCropping?: number | null;
  readonly leftCropping?: number | null;
  readonly bottomCropping?: number | null;
  readonly rightCropping?: number | null;
  readonly targetHeight?: number | null;
  readonly targetWidth?: number | null;
}

/**
 * Pictures [height, width, channels] or [batch, height, width, channels] with rows and columns cut off, to `targetHeight` and
 * `targetWidth` or by croppings.
 *
 * @throws ValueError unless two of three options are given for each direction, or when they do not fit the size.
 *
 * @example
 * ops.image.cropImages(ops.ones([4, 4, 3]), { topCropping: 1, leftCropping: 1, targetHeight: 2, targetWidth: 2 }).shape; // [2, 2, 3]
 */
export const cropImages: Op<[images: TensorLike, options?: CropOptions]> = op(
  "image.crop_images",
  ["images"],
  (images: TensorLike, options: CropOptions = {}) => {
    const name = "image.crop_images";
    return onPictures(name, images, options, (x) => {
      const [h, w] = [x.shape[1] as number, x.shape[2] as number];
      const [top, bottom] = edgesOf(
        name,
        h,
        -1,
        options.topCropping,
        options.bottomCropping,
        options.targetHeight,
        "topCropping, bottomCropping and targetHeight",
      );
      const [left, right] = edgesOf(
        name,
        w,
        -1,
        options.leftCropping,
        options.rightCropping,
        options.targetWidth,
        "leftCropping, rightCropping and targetWidth",
      );
      if (top + bottom > h || left + right > w) throw new ValueError(`[${name}] nothing is left of ${formatAval(x)}`);
      const rows: Value = sliceAxis(x, 1, top, h - bottom);
      return sliceAxis(rows, 2, left, w - right);
    });
  },
);

/** Options of {@link padImages}: two of three for each direction. */
export interface PadImagesOptions extends ImageOptions {
  readonly topPadding?: number | null;
  readonly leftPadding?: number | null;
  readonly bottomPadding?: number | null;
  readonly rightPadding?: number | null;
  readonly targetHeight?: number | null;
  readonly targetWidth?: number | null;
}

/**
 * Pictures [height, width, channels] or [batch, height, width, channels] with rows and columns of zeros added, to `targetHeight` and
 * `targetWidth` or by paddings.
 *
 * @throws ValueError unless two of three options are given for each direction, or when they do not fit the size.
 *
 * @example
 * ops.image.padImages(ops.ones([2, 2, 3]), { topPadding: 1, bottomPadding: 1, leftPadding: 1, rightPadding: 1 }).shape; // [4, 4, 3]
 */
export const padImages: Op<[images: TensorLike, options?: PadImagesOptions]> = op(
  "image.pad_images",
  ["images"],
  (images: TensorLike, options: PadImagesOptions = {}) => {
    const name = "image.pad_images";
    return onPictures(name, images, options, (x) => {
      const [h, w] = [x.shape[1] as number, x.shape[2] as number];
      const [top, bottom] = edgesOf(
        name,
        h,
        1,
        options.topPadding,
        options.bottomPadding,
        options.targetHeight,
        "topPadding, bottomPadding and targetHeight",
      );
      const [left, right] = edgesOf(
        name,
        w,
        1,
        options.leftPadding,
        options.rightPadding,
        options.targetWidth,
        "leftPadding, rightPadding and targetWidth",
      );
      return build.pad(x, [0, top, left, 0], [0, bottom, right, 0]);
    });
  },
);
