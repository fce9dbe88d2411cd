/** Pictures in another size. */
import { ShapeError, ValueError } from "../../errors.ts";
import { isInteger } from "../../dtypes/dtype.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { formatAval } from "../../shapes/format.ts";
import { isTensorBase } from "../../tensor/base.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { choice } from "../nn/windows.ts";
import { sliceAxis } from "../shape/split.ts";
import { axisOf } from "../support/axes.ts";
import { describe, input, integerInput, toFloat } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";
import { type ImageOptions, onPictures } from "./pictures.ts";

/** How new pixels are made of old ones. */
export type Interpolation = "bilinear" | "nearest" | "bicubic" | "lanczos3" | "lanczos5";

/** A weight by distance in pixels, 0 from `radius` on. */
interface Kernel {
  readonly radius: number;
  readonly weight: (distance: Value) => Value;
}

const triangle: Kernel = { radius: 1, weight: (x) => build.maximum(build.constant(0, x.dtype), build.sub(1, x)) };

/** Keys' cubic with a = -1/2. */
const cubic: Kernel = {
  radius: 2,
  weight: (x) => {
    const near = build.add(build.mul(build.mul(build.sub(build.mul(x, 1.5), 2.5), x), x), 1);
    const far = build.add(build.mul(build.sub(build.mul(build.add(build.mul(x, -0.5), 2.5), x), 4), x), 2);
    return build.select(build.lt(x, 1), near, build.select(build.lt(x, 2), far, 0));
  },
};

/* @__NO_SIDE_EFFECTS__ */
function lanczos(radius: number): Kernel {
  return {
    radius,
    weight: (x) => {
      const angle = build.mul(build.maximum(x, 1e-3), Math.PI);
      const waves = build.mul(build.mul(build.sin(angle), build.sin(build.mul(angle, 1 / radius))), radius);
      const inside = build.div(waves, build.mul(angle, angle));
      return build.select(build.le(x, 1e-3), 1, build.select(build.le(x, radius), inside, build.zerosLike(inside)));
    },
  };
}

const kernels: Readonly<Record<string, Kernel>> = {
  linear: triangle,
  bilinear: triangle,
  trilinear: triangle,
  cubic,
  bicubic: cubic,
  tricubic: cubic,
  lanczos3: lanczos(3),
  lanczos5: lanczos(5),
};

/**
 * How much of each old pixel is in each new one: [to, from]. `scale` is new size by old, `shift` moves by new pixels. Rows sum to 1 where
 * the place lies in the picture, else to 0. Antialiasing widens the kernel when the picture shrinks. `tabulated`: places are rounded to
 * 1 / 1024 of a pixel, as TensorFlow's table of cubic weights does, so that models give the same pictures.
 */
function weights(from: number, to: number, scale: Value, shift: Value, kernel: Kernel, antialias: boolean, tabulated = false): Value {
  const step = build.div(1, scale);
  const width = antialias ? build.maximum(step, 1) : build.onesLike(step);
  // In the order in which Keras rounds: places on the edge are on the same side of it.
  const scaled = build.mul(build.add(build.iota([to, 1], 0, "float32"), 0.5), step);
  const exact = build.sub(build.sub(scaled, build.mul(shift, step)), 0.5);
  const place = tabulated ? build.mul(build.round(build.mul(exact, 1024)), 1 / 1024) : exact;
  const distance = build.abs(build.div(build.sub(place, build.iota([1, from], 1, "float32")), width));
  const raw = kernel.weight(distance);
  const total = build.reshape(build.sum(raw, [1]), [to, 1]);
  const usable = build.lt(build.constant(1e-4, "float32"), build.abs(total));
  const inside = build.and(build.le(build.constant(-0.5, "float32"), place), build.le(place, from - 0.5));
  return build.select(build.and(usable, inside), build.div(raw, build.select(usable, total, 1)), build.zerosLike(raw));
}

/** `x` with one axis replaced by combinations of its elements: matrix [to, from]. */
function combineAxis(x: Value, axis: number, matrix: Value): Value {
  const order = [...x.shape.map((_, i) => i).filter((i) => i !== axis), axis];
  const moved = build.transpose(x, order);
  const from = x.shape[axis] as number;
  const to = matrix.shape[0] as number;
  const rows = build.reshape(moved, [moved.shape.slice(0, -1).reduce((product, dim) => product * dim, 1), from]);
  const product = build.reshape(build.dot(rows, build.matrixTranspose(matrix)), [...moved.shape.slice(0, -1), to]);
  return build.transpose(
    product,
    order.map((_, i) => order.indexOf(i)),
  );
}

/** Nearest pixels along an axis. */
function nearestAxis(x: Value, axis: number, to: number): Value {
  const from = x.shape[axis] as number;
  const place = build.div(build.mul(build.add(build.mul(build.iota([to], 0), 2), 1), from), 2 * to);
  return build.gather(x, build.minimum(place, from - 1), axis);
}

/** Options of {@link resize}. */
export interface ResizeOptions extends ImageOptions {
  /** Default "bilinear". */
  readonly interpolation?: Interpolation;
  /** Whether to smooth when the picture shrinks. Default false. */
  readonly antialias?: boolean;
  /** Cut the picture to the new aspect ratio first. Default false. */
  readonly cropToAspectRatio?: boolean;
  /** Pad the picture to the new aspect ratio first. Default false. */
  readonly padToAspectRatio?: boolean;
  /** Only "constant". */
  readonly fillMode?: "constant";
  /** What padding is made of. Default 0. */
  readonly fillValue?: number;
}

const interpolations = ["bilinear", "nearest", "bicubic", "lanczos3", "lanczos5"] as const;

/** Cut or padded in the middle to the aspect ratio of `height` × `width`. */
function toAspectRatio(x: Value, height: number, width: number, options: ResizeOptions): Value {
  const [h, w] = [x.shape[1] as number, x.shape[2] as number];
  const [fitHeight, fitWidth] = [Math.floor((w * height) / width), Math.floor((h * width) / height)];
  if (options.cropToAspectRatio === true) {
    const [ch, cw] = [Math.max(Math.min(h, fitHeight), 1), Math.max(Math.min(w, fitWidth), 1)];
    const [top, left] = [Math.floor((h - ch) / 2), Math.floor((w - cw) / 2)];
    return sliceAxis(sliceAxis(x, 1, top, top + ch), 2, left, left + cw);
  }
  const [top, left] = [Math.floor((Math.max(h, fitHeight) - h) / 2), Math.floor((Math.max(w, fitWidth) - w) / 2)];
  return build.pad(x, [0, top, left, 0], [0, top, left, 0], undefined, options.fillValue ?? 0);
}

/**
 * Pictures in size [height, width]: centres of pixels are at 1/2, as in TensorFlow 2. The dtype stays.
 *
 * @throws ValueError for an unknown interpolation, or cropping and padding together.
 *
 * @example
 * ops.image.resize(ops.ones([4, 4, 3]), [2, 6]).shape; // [2, 6, 3]
 */
export const resize: Op<[images: TensorLike, size: readonly number[], options?: ResizeOptions]> = op(
  "image.resize",
  ["images", "size"],
  (images: TensorLike, size: readonly number[], options: ResizeOptions = {}) => {
    const name = "image.resize";
    if (!Array.isArray(size) || size.length !== 2)
      throw new ValueError(`[${name}] size must be [height, width]: received ${describe(size)}`);
    const [height, width] = (size as readonly number[]).map((dim) => integerInput(name, dim, "size", 1)) as [number, number];
    const interpolation = choice(name, "interpolation", options.interpolation ?? "bilinear", interpolations);
    choice(name, "fillMode", options.fillMode ?? "constant", ["constant"]);
    const both = options.cropToAspectRatio === true && options.padToAspectRatio === true;
    if (both) throw new ValueError(`[${name}] cropToAspectRatio and padToAspectRatio exclude each other`);
    return onPictures(name, images, options, (given) => {
      if (Number.isNaN(given.shape[1]) || Number.isNaN(given.shape[2])) {
        // Only the result's shape can be told.
        return build.full([given.shape[0] as number, height, width, given.shape[3] as number], 0, given.dtype);
      }
      const changed = options.cropToAspectRatio === true || options.padToAspectRatio === true;
      const x = changed ? toAspectRatio(given, height, width, options) : given;
      if (interpolation === "nearest") return nearestAxis(nearestAxis(x, 1, height), 2, width);
      const kernel = kernels[interpolation] as Kernel;
      const smooth = options.antialias === true;
      const along = (y: Value, axis: number, to: number): Value => {
        const from = y.shape[axis] as number;
        if (from === to) return y;
        const matrix = weights(
          from,
          to,
          build.constant(to / from, "float32"),
          build.constant(0, "float32"),
          kernel,
          smooth,
          interpolation === "bicubic" && !smooth,
        );
        return combineAxis(y, axis, build.cast(matrix, y.dtype));
      };
      const wide = x.dtype === "float64" ? x : build.cast(x, "float32");
      const result = along(along(wide, 1, height), 2, width);
      return build.cast(isInteger(x.dtype) ? build.round(result) : result, x.dtype);
    });
  },
);

/** How {@link scaleAndTranslate} makes new pixels. */
export type ScaleMethod = "linear" | "bilinear" | "trilinear" | "cubic" | "bicubic" | "tricubic" | "lanczos3" | "lanczos5";

/**
 * `images` scaled and moved along some axes: place p becomes p · scale + translation.
 *
 * @param outputShape The whole shape of the result.
 * @param scale New size by old, for each of `spatialDims`.
 * @param translation In new pixels, for each of `spatialDims`.
 * @param options `antialias`: smooth when the picture shrinks; default true.
 *
 * @throws ValueError for an unknown `method`; ShapeError when `outputShape` has another rank than `images`, or scale and translation not one
 * number for each of `spatialDims`.
 *
 * @example
 * ops.image.scaleAndTranslate(tensor([[1, 3]]), [1, 4], tensor([2]), tensor([0]), [1], "linear"); // [[1, 1.5, 2.5, 3]]
 */
export const scaleAndTranslate: Op<
  [
    images: TensorLike,
    outputShape: readonly number[],
    scale: TensorLike,
    translation: TensorLike,
    spatialDims: readonly number[],
    method: ScaleMethod,
    options?: { readonly antialias?: boolean },
  ]
> = op(
  "image.scale_and_translate",
  ["images", "outputShape", "scale", "translation", "spatialDims", "method"],
  (
    images: TensorLike,
    outputShape: readonly number[],
    scale: TensorLike,
    translation: TensorLike,
    spatialDims: readonly number[],
    method: ScaleMethod,
    options: { readonly antialias?: boolean } = {},
  ) => {
    const name = "image.scale_and_translate";
    let x = toFloat(input(name, images, "images"));
    const kernel = kernels[method];
    if (kernel === undefined)
      throw new ValueError(`[${name}] method must be one of ${Object.keys(kernels).join(", ")}: received ${describe(method)}`);
    if (!Array.isArray(outputShape) || outputShape.length !== x.shape.length) {
      throw new ShapeError(`[${name}] outputShape must have one size for each axis of ${formatAval(x)}: received ${describe(outputShape)}`);
    }
    const vector = (given: TensorLike, what: string): Value => {
      const value = build.cast(isTensorBase(given) ? given.value : input(name, given, what, "float32"), "float32");
      if (value.shape.length !== 1 || value.shape[0] !== spatialDims.length) {
        throw new ShapeError(`[${name}] ${what} must have one number for each of spatialDims: received ${formatAval(value)}`);
      }
      return value;
    };
    const [scales, shifts] = [vector(scale, "scale"), vector(translation, "translation")];
    spatialDims.forEach((dim, i) => {
      const axis = axisOf(name, dim, x, "spatialDims");
      const at = (part: Value): Value => build.reshape(build.slice(part, [i], [i + 1]), []);
      const matrix = weights(
        x.shape[axis] as number,
        outputShape[axis] as number,
        at(scales),
        at(shifts),
        kernel,
        options.antialias !== false,
      );
      x = combineAxis(x, axis, build.cast(matrix, x.dtype));
    });
    return new Tensor(x);
  },
);
