/** Filters over neighbourhoods, patches, and likeness of pictures. */
import { ShapeError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { formatAval, formatAvals } from "../../shapes/format.ts";
import { drawKey, type Seed, SeedGenerator } from "../../random/generator.ts";
import { standardNormal } from "../../random/bits.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { type DataFormat, dataFormatOf, fromChannelsLast, perAxis, samePadding, toChannelsLast } from "../nn/windows.ts";
import { choice } from "../nn/windows.ts";
import { borders } from "../shape/pad.ts";
import { floatPair, input, numberInput, toFloat } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";
import type { FillMode } from "./coordinates.ts";
import { type ImageOptions, onPictures } from "./pictures.ts";
import { displaced, type TransformOptions } from "./transform.ts";

/** Each channel of [n, h, w, c] convolved with the same kernel [kh, kw]. */
function filterChannels(x: Value, kernel: Value, padding: readonly (readonly [number, number])[]): Value {
  const [n, h, w, c] = x.shape as readonly [number, number, number, number];
  const single = build.reshape(build.transpose(x, [0, 3, 1, 2]), [1, n * c, h, w, 1]);
  const result = build.conv(single, build.reshape(kernel, [1, ...kernel.shape, 1, 1]), {
    strides: [1, 1],
    padding,
    lhsDilation: [1, 1],
    rhsDilation: [1, 1],
  });
  const [rows, columns] = result.shape.slice(2, 4) as [number, number];
  return build.transpose(build.reshape(result, [n, c, rows, columns]), [0, 2, 3, 1]);
}

/** exp(-x² / 2σ²) around the middle, summing to 1: [size]. */
function gaussian(size: number, sigma: number, dtype: Value["dtype"]): Value {
  const x = build.sub(build.iota([size], 0, dtype), (size - 1) / 2);
  const raw = build.exp(build.mul(build.mul(x, x), -0.5 / (sigma * sigma)));
  return build.div(raw, build.sum(raw, [0]));
}

function separable(vertical: Value, horizontal: Value): Value {
  return build.mul(
    build.reshape(vertical, [vertical.shape[0] as number, 1]),
    build.reshape(horizontal, [1, horizontal.shape[0] as number]),
  );
}

/** Options of {@link gaussianBlur}. */
export interface GaussianBlurOptions extends ImageOptions {
  /** Height and width of the kernel. Default [3, 3]. */
  readonly kernelSize?: number | readonly number[];
  /** Standard deviations in pixels, horizontal and vertical (in this order, as in Keras). Default [1, 1]. */
  readonly sigma?: number | readonly number[];
}

/**
 * Pictures [height, width, channels] or [batch, height, width, channels] blurred by a Gaussian; zeros are assumed outside. The shape
 * stays.
 *
 * @example
 * ops.image.gaussianBlur(ops.ones([4, 4, 3])).shape; // [4, 4, 3]
 */
export const gaussianBlur: Op<[images: TensorLike, options?: GaussianBlurOptions]> = op(
  "image.gaussian_blur",
  ["images"],
  (images: TensorLike, options: GaussianBlurOptions = {}) => {
    const name = "image.gaussian_blur";
    const [kh, kw] = perAxis(name, "kernelSize", options.kernelSize ?? 3, 2) as [number, number];
    const given = options.sigma ?? 1;
    const [sw, sh] = (typeof given === "number" ? [given, given] : given).map((s) => numberInput(name, s, "sigma")) as [number, number];
    return onPictures(name, images, options, (x) => {
      const wide = toFloat(x);
      const kernel = separable(gaussian(kh, sh, wide.dtype), gaussian(kw, sw, wide.dtype));
      return build.cast(filterChannels(wide, kernel, [samePadding(1, kh, 1, 1), samePadding(1, kw, 1, 1)]), x.dtype);
    });
  },
);

/**
 * Vertical and horizontal gradients by Sobel's kernels: [batch, h, w, c] → [batch, h, w, c, 2]. Borders are mirrored.
 *
 * @throws ShapeError unless `images` have four axes; ValueError for an unknown `dataFormat`.
 *
 * @example
 * ops.image.sobelEdges(ops.ones([1, 4, 4, 3])).shape; // [1, 4, 4, 3, 2]
 */
export const sobelEdges: Op<[images: TensorLike, options?: ImageOptions]> = op(
  "image.sobel_edges",
  ["images"],
  (images: TensorLike, options: ImageOptions = {}) => {
    const name = "image.sobel_edges";
    const given = toFloat(input(name, images, "images"));
    if (given.shape.length !== 4)
      throw new ShapeError(`[${name}] images must be [batch, height, width, channels] (or channels first): received ${formatAval(given)}`);
    const format = dataFormatOf(name, options.dataFormat);
    const x = toChannelsLast(given, format);
    const padded = borders(borders(x, 1, [1, 1], "reflect"), 2, [1, 1], "reflect");
    const column = (a: number, b: number, c: number): Value => {
      const at = build.iota([3], 0);
      return build.select(
        build.eq(at, 0),
        build.constant(a, x.dtype),
        build.select(build.eq(at, 1), build.constant(b, x.dtype), build.constant(c, x.dtype)),
      );
    };
    const [slope, smooth] = [column(-1, 0, 1), column(1, 2, 1)];
    const none = [
      [0, 0],
      [0, 0],
    ] as const;
    const edges = [separable(slope, smooth), separable(smooth, slope)].map((kernel) =>
      fromChannelsLast(filterChannels(padded, kernel, none), format),
    );
    return new Tensor(
      build.concat(
        edges.map((edge) => build.reshape(edge, [...edge.shape, 1])),
        4,
      ),
    );
  },
);

/** Options of {@link ssim}. */
export interface SsimOptions extends ImageOptions {
  /** The largest possible value. Default 1. */
  readonly maxVal?: number;
  /** Size of the Gaussian window. Default 11. */
  readonly filterSize?: number;
  /** Its standard deviation. Default 1.5. */
  readonly filterSigma?: number;
  /** Default 0.01. */
  readonly k1?: number;
  /** Default 0.03. */
  readonly k2?: number;
}

/**
 * The structural similarity of pictures, 1 for equal ones: [batch, h, w, c] → [batch], [h, w, c] → []. (Wang et al. 2004)
 *
 * @throws ShapeError unless both pictures have 3 or both 4 axes, and at least `filterSize` (11) rows and columns; ValueError for an unknown `dataFormat`.
 *
 * @example
 * const picture = ops.reshape(ops.linspace(0, 1, { num: 256 }), [16, 16, 1]);
 * ops.image.ssim(picture, picture); // 1
 */
export const ssim: Op<[image1: TensorLike, image2: TensorLike, options?: SsimOptions]> = op(
  "image.ssim",
  ["image1", "image2"],
  (image1: TensorLike, image2: TensorLike, options: SsimOptions = {}) => {
    const { maxVal = 1, filterSize = 11, filterSigma = 1.5, k1 = 0.01, k2 = 0.03 } = options;
    const pictures = floatPair("image.ssim", image1, image2);
    const single = pictures.every(({ shape }) => shape.length === 3);
    if (!single && pictures.some(({ shape }) => shape.length !== 4)) {
      throw new ShapeError(
        `[image.ssim] pictures must be [height, width, channels] or [batch, height, width, channels] (or channels first): received ${formatAvals(pictures)}`,
      );
    }
    const format = dataFormatOf("image.ssim", options.dataFormat);
    const [x, y] = pictures.map((picture) => toChannelsLast(single ? build.reshape(picture, [1, ...picture.shape]) : picture, format)) as [
      Value,
      Value,
    ];
    const line = gaussian(filterSize, filterSigma, x.dtype);
    const kernel = separable(line, line);
    const smooth = (value: Value): Value =>
      filterChannels(value, kernel, [
        [0, 0],
        [0, 0],
      ]);
    const [c1, c2] = [(k1 * maxVal) ** 2, (k2 * maxVal) ** 2];
    const [meanX, meanY] = [smooth(x), smooth(y)];
    const product = build.mul(build.mul(meanX, meanY), 2);
    const squares = build.add(build.mul(meanX, meanX), build.mul(meanY, meanY));
    const luminance = build.div(build.add(product, c1), build.add(squares, c1));
    const mixed = build.mul(smooth(build.mul(x, y)), 2);
    const power = smooth(build.add(build.mul(x, x), build.mul(y, y)));
    const contrast = build.div(build.add(build.sub(mixed, product), c2), build.add(build.sub(power, squares), c2));
    const map = build.mul(luminance, contrast);
    const count = map.shape.slice(1).reduce((size, dim) => size * dim, 1);
    const means = build.div(build.sum(map, [1, 2, 3]), count);
    return new Tensor(single ? build.reshape(means, []) : means);
  },
);

/** Options of {@link elasticTransform}. */
export interface ElasticOptions extends TransformOptions {
  /** Factor of the displacements. Default 20. */
  readonly alpha?: number;
  /** Standard deviation of the smoothing and, before it, of the displacements, in pixels. Default 5. */
  readonly sigma?: number;
  /** What lies outside. Default "reflect". */
  readonly fillMode?: Exclude<FillMode, "mirror">;
  /** A whole number, a SeedGenerator or a key. Default: the default generator. */
  readonly seed?: Seed;
}

/**
 * Pictures [height, width, channels] or [batch, height, width, channels] under smooth random displacements; shape and dtype stay. (Simard
 * et al. 2003)
 *
 * @example
 * ops.image.elasticTransform(ops.ones([8, 8, 3]), { alpha: 4, sigma: 2, seed: 1 }).shape; // [8, 8, 3]
 */
export const elasticTransform: Op<[images: TensorLike, options?: ElasticOptions]> = op(
  "image.elastic_transform",
  ["images"],
  (images: TensorLike, options: ElasticOptions = {}) => {
    const name = "image.elastic_transform";
    const { alpha = 20, sigma = 5 } = options;
    const generator =
      options.seed instanceof SeedGenerator || typeof options.seed !== "number" ? options.seed : new SeedGenerator(options.seed);
    return onPictures(name, images, options, (given) => {
      const x = toFloat(given);
      const [n, h, w] = x.shape as readonly [number, number, number];
      const size = 6 * Math.floor(sigma) + 1;
      const line = gaussian(size, sigma, "float32");
      const displacement = (): Value => {
        const noise = standardNormal(name, drawKey(name, generator), [n, h, w, 1], "float32");
        const smooth = filterChannels(noise, separable(line, line), [samePadding(1, size, 1, 1), samePadding(1, size, 1, 1)]);
        return build.cast(build.reshape(build.mul(smooth, alpha * sigma), [n, h, w]), x.dtype);
      };
      return build.cast(
        displaced(x, displacement(), displacement(), { ...options, fillMode: options.fillMode ?? "reflect" }, name),
        given.dtype,
      );
    });
  },
);

/** Options of {@link extractPatches}. */
export interface PatchOptions {
  /** Distance between patches. Default: their size. */
  readonly strides?: number | readonly number[] | null;
  /** Distance between the elements of a patch. Default 1. */
  readonly dilationRate?: number | readonly number[];
  /** "valid" (default) or "same". */
  readonly padding?: "valid" | "same";
  /** Default "channels_last". */
  readonly dataFormat?: DataFormat | null;
}

/** Patches over the spatial axes of [batch, ...spatial, channels]: their elements, row by row, become channels. */
function patchesOf(name: string, x: Value, size: number | readonly number[], options: PatchOptions): Value {
  const spatial = x.shape.length - 2;
  const window = perAxis(name, "size", size, spatial);
  const strides = perAxis(name, "strides", options.strides ?? window, spatial);
  const dilation = perAxis(name, "dilationRate", options.dilationRate ?? 1, spatial);
  const same = choice(name, "padding", options.padding ?? "valid", ["valid", "same"]) === "same";
  const padding = window.map((count, i): [number, number] =>
    same ? samePadding(x.shape[i + 1] as number, count, strides[i] as number, dilation[i] as number) : [0, 0],
  );
  let patches = build.pad(x, [0, ...padding.map(([low]) => low), 0], [0, ...padding.map(([, high]) => high), 0]);
  const counts: number[] = [];
  window.forEach((count, i) => {
    // Each spatial axis becomes two: which patch, which element of it.
    const axis = 1 + 2 * i;
    const reach = ((count as number) - 1) * (dilation[i] as number) + 1;
    const places = Math.floor(((patches.shape[axis] as number) - reach) / (strides[i] as number)) + 1;
    if (places < 1)
      throw new ShapeError(`[${name}] a patch is larger than the picture: ${reach} > ${patches.shape[axis]} of ${formatAval(x)}`);
    counts.push(places);
    const shape = [places, count];
    const indices = build.add(
      build.mul(build.iota(shape, 0), strides[i] as number),
      build.mul(build.iota(shape, 1), dilation[i] as number),
    );
    patches = build.gather(patches, indices, axis);
  });
  const rank = patches.shape.length;
  const order = [0, ...window.map((_, i) => 1 + 2 * i), ...window.map((_, i) => 2 + 2 * i), rank - 1];
  const channels = window.reduce((product, count) => product * count, x.shape[x.shape.length - 1] as number);
  return build.reshape(build.transpose(patches, order), [x.shape[0] as number, ...counts, channels]);
}

/**
 * Patches of pictures: [batch, h, w, c] → [batch, rows, columns, patch height · patch width · c].
 *
 * @throws ShapeError when `images` have neither 3 nor 4 axes; ValueError for sizes, strides or a padding that do not exist.
 *
 * @example
 * ops.image.extractPatches(ops.ones([1, 4, 4, 3]), 2).shape; // [1, 2, 2, 12]
 */
export const extractPatches: Op<[images: TensorLike, size: number | readonly number[], options?: PatchOptions]> = op(
  "image.extract_patches",
  ["images", "size"],
  (images: TensorLike, size: number | readonly number[], options: PatchOptions = {}) =>
    onPictures("image.extract_patches", images, { dataFormat: options.dataFormat }, (x) =>
      patchesOf("image.extract_patches", x, size, options),
    ),
);

/**
 * Patches of volumes: [batch, depth, h, w, c] (or without batch) → [batch, ..., patch elements · c].
 *
 * @throws ShapeError when `volumes` have neither 4 nor 5 axes; ValueError for sizes, strides or a padding that do not exist.
 *
 * @example
 * ops.image.extractPatches3d(ops.ones([1, 4, 4, 4, 2]), 2).shape; // [1, 2, 2, 2, 16]
 */
export const extractPatches3d: Op<[volumes: TensorLike, size: number | readonly number[], options?: PatchOptions]> = op(
  "image.extract_patches_3d",
  ["volumes", "size"],
  (volumes: TensorLike, size: number | readonly number[], options: PatchOptions = {}) => {
    const name = "image.extract_patches_3d";
    const given = input(name, volumes, "volumes");
    const single = given.shape.length === 4;
    if (!single && given.shape.length !== 5)
      throw new ShapeError(
        `[${name}] volumes must be [batch, depth, height, width, channels] (or channels first): received ${formatAval(given)}`,
      );
    const format = dataFormatOf(name, options.dataFormat);
    const x = toChannelsLast(single ? build.reshape(given, [1, ...given.shape]) : given, format);
    const result = fromChannelsLast(patchesOf(name, x, size, options), format);
    return new Tensor(single ? build.reshape(result, result.shape.slice(1)) : result);
  },
);
