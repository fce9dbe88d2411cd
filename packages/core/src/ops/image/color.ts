/** Colour spaces. */
import { ShapeError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { formatAval } from "../../shapes/format.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { sliceAxis } from "../shape/split.ts";
import { toFloat } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";
import { type ImageOptions, onPictures } from "./pictures.ts";

type ImageOp = Op<[images: TensorLike, options?: ImageOptions]>;

/** The three channels, each [batch, height, width, 1]. */
function threeChannels(name: string, x: Value): [Value, Value, Value] {
  if (x.shape[3] !== 3) throw new ShapeError(`[${name}] images must have 3 channels: received ${formatAval(x)}`);
  return [0, 1, 2].map((i) => sliceAxis(x, 3, i, i + 1)) as [Value, Value, Value];
}

/* @__NO_SIDE_EFFECTS__ */
function colorOp(name: string, body: (a: Value, b: Value, c: Value) => readonly Value[]): ImageOp {
  return op(name, ["images"], (images: TensorLike, options: ImageOptions = {}) =>
    onPictures(name, images, options, (x) => build.concat(body(...threeChannels(name, toFloat(x))), 3)),
  );
}

/**
 * The brightness of colours, 0.2989 R + 0.587 G + 0.114 B, as one channel; x's dtype.
 *
 * [..., height, width, 3] gives [..., height, width, 1], with or without a batch axis.
 *
 * @throws ShapeError unless there are 3 or 4 axes and 3 channels.
 *
 * @example
 * ops.image.rgbToGrayscale(ops.ones([4, 4, 3])).shape; // [4, 4, 1]
 */
export const rgbToGrayscale: ImageOp = op("image.rgb_to_grayscale", ["images"], (images: TensorLike, options: ImageOptions = {}) =>
  onPictures("image.rgb_to_grayscale", images, options, (x) => {
    const [r, g, b] = threeChannels("image.rgb_to_grayscale", toFloat(x));
    return build.cast(build.add(build.add(build.mul(r, 0.2989), build.mul(g, 0.587)), build.mul(b, 0.114)), x.dtype);
  }),
);

/**
 * Red, green, blue from 0 to 1 as hue, saturation, value from 0 to 1.
 *
 * `images` are [height, width, 3] or [batch, height, width, 3], or channels first as `dataFormat` says; the result has their shape. Integers give float32.
 *
 * @throws ShapeError unless there are 3 or 4 axes and 3 channels.
 *
 * @example
 * ops.image.rgbToHsv(tensor([[[1, 0, 0]]])); // [[[0, 1, 1]]]
 */
export const rgbToHsv: ImageOp = colorOp("image.rgb_to_hsv", (r, g, b) => {
  const value = build.maximum(build.maximum(r, g), b);
  const range = build.sub(value, build.minimum(build.minimum(r, g), b));
  const black = build.eq(value, 0);
  const saturation = build.select(black, 0, build.div(range, build.select(black, 1, value)));
  const gray = build.eq(range, 0);
  const unit = build.div(1 / 6, build.select(gray, 1, range));
  const fromRed = build.mul(unit, build.sub(g, b));
  const fromGreen = build.add(build.mul(unit, build.sub(b, r)), 2 / 6);
  const fromBlue = build.add(build.mul(unit, build.sub(r, g)), 4 / 6);
  const turned = build.select(build.eq(r, value), fromRed, build.select(build.eq(g, value), fromGreen, fromBlue));
  const hue = build.select(gray, 0, build.select(build.lt(turned, 0), build.add(turned, 1), turned));
  return [hue, saturation, value];
});

/**
 * Hue, saturation, value from 0 to 1 as red, green, blue from 0 to 1.
 *
 * `images` are [height, width, 3] or [batch, height, width, 3], or channels first as `dataFormat` says; the result has their shape. Integers give float32.
 *
 * @throws ShapeError unless there are 3 or 4 axes and 3 channels.
 *
 * @example
 * ops.image.hsvToRgb(tensor([[[0, 1, 1]]])); // [[[1, 0, 0]]]
 */
export const hsvToRgb: ImageOp = colorOp("image.hsv_to_rgb", (h, s, v) => {
  const sixths = build.mul(h, 6);
  const limited = (x: Value): Value => build.minimum(build.maximum(x, 0), 1);
  const distance = (center: number): Value => build.abs(build.sub(sixths, center));
  const shares = [limited(build.sub(distance(3), 1)), limited(build.sub(2, distance(2))), limited(build.sub(2, distance(4)))];
  return shares.map((share) => build.mul(build.add(build.sub(1, s), build.mul(s, share)), v));
});
