/** Affine, perspective and elastic transformations. */
import { ShapeError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { formatAval } from "../../shapes/format.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { choice } from "../nn/windows.ts";
import { realFloatInput } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";
import type { FillMode } from "./coordinates.ts";
import { type ImageOptions, onPictures } from "./pictures.ts";

/** Options of {@link affineTransform}. */
export interface TransformOptions extends ImageOptions {
  /** Default "bilinear". */
  readonly interpolation?: "nearest" | "bilinear";
  /** What lies outside. Default "constant". */
  readonly fillMode?: Exclude<FillMode, "mirror">;
  /** For fill mode "constant". Default 0. */
  readonly fillValue?: number;
}

/** A coordinate moved inside, for the fill modes of TensorFlow's projective transformation. */
function insideCoordinate(place: Value, size: number, mode: string): Value {
  if (mode === "constant") return place;
  const trunc = (x: Value): Value => build.unary("floor", x);
  let moved = place;
  if (size > 1 && mode === "reflect") {
    const period = 2 * size;
    const negative = build.lt(place, 0);
    const up = build.add(place, build.mul(trunc(build.div(build.neg(build.minimum(place, 0)), period)), period));
    const low = build.select(build.lt(up, -size), build.add(up, period), build.sub(build.neg(up), 1));
    const down = build.sub(place, build.mul(trunc(build.div(build.maximum(place, 0), period)), period));
    const high = build.select(build.le(build.constant(size, place.dtype), down), build.sub(period - 1, down), down);
    moved = build.select(negative, low, build.select(build.lt(build.constant(size - 1, place.dtype), place), high, place));
  } else if (size > 1 && mode === "wrap") {
    const low = build.add(place, build.mul(build.add(trunc(build.div(build.neg(build.minimum(place, 0)), size - 1)), 1), size));
    const high = build.sub(place, build.mul(trunc(build.div(build.maximum(place, 0), size - 1)), size));
    moved = build.select(build.lt(place, 0), low, build.select(build.lt(build.constant(size - 1, place.dtype), place), high, place));
  }
  return build.minimum(build.maximum(moved, 0), size - 1);
}

/** Pictures [n, h, w, c] at places y and x, each [n, h', w'] → [n, h', w', c]. */
function sample(images: Value, y: Value, x: Value, interpolation: string, fill: Value): Value {
  const [n, h, w, c] = images.shape as readonly [number, number, number, number];
  const rows = build.reshape(images, [n * h * w, c]);
  const first = build.mul(build.iota(y.shape, 0), h);
  const read = (rowPlace: Value, columnPlace: Value): Value => {
    const inside = (place: Value, size: number): Value => build.and(build.le(build.constant(0, place.dtype), place), build.lt(place, size));
    const ok = build.and(inside(rowPlace, h), inside(columnPlace, w));
    const at = (place: Value, size: number): Value => build.cast(build.minimum(build.maximum(place, 0), size - 1), "int32");
    const found = build.gather(rows, build.add(build.mul(build.add(first, at(rowPlace, h)), w), at(columnPlace, w)), 0);
    return build.select(build.reshape(ok, [...ok.shape, 1]), found, fill);
  };
  // Halves go away from 0, as C's round does.
  const rounded = (place: Value): Value => build.mul(build.sign(place), build.unary("floor", build.add(build.abs(place), 0.5)));
  if (interpolation === "nearest") return read(rounded(y), rounded(x));
  const [top, left] = [build.unary("floor", y), build.unary("floor", x)];
  const [bottom, right] = [build.add(top, 1), build.add(left, 1)];
  const share = (value: Value): Value => build.reshape(value, [...value.shape, 1]);
  const [down, across] = [share(build.sub(y, top)), share(build.sub(x, left))];
  const between = (a: Value, b: Value, t: Value): Value => build.add(build.mul(a, build.sub(1, t)), build.mul(b, t));
  return between(between(read(top, left), read(top, right), across), between(read(bottom, left), read(bottom, right), across), down);
}

/** Pictures under projective transformations [n, 8], which map places of the result to places of the picture. */
function project(images: Value, transforms: Value, options: TransformOptions, name: string): Value {
  const interpolation = choice(name, "interpolation", options.interpolation ?? "bilinear", ["nearest", "bilinear"]);
  const mode = choice(name, "fillMode", options.fillMode ?? "constant", ["constant", "nearest", "wrap", "reflect"]);
  const [n, h, w] = images.shape as readonly [number, number, number];
  const work = images.dtype === "float64" ? "float64" : "float32";
  const wide = build.cast(images, work);
  const t = build.broadcast(build.cast(transforms, work), [n, 8]);
  const entry = (i: number): Value => build.reshape(build.slice(t, [0, i], [n, i + 1]), [n, 1, 1]);
  const [row, column] = [build.iota([1, h, 1], 1, work), build.iota([1, 1, w], 2, work)];
  const linear = (a: number): Value => build.add(build.mul(entry(a), column), build.mul(entry(a + 1), row));
  const divisor = build.add(linear(6), 1);
  const x = build.div(build.add(linear(0), entry(2)), divisor);
  const y = build.div(build.add(linear(3), entry(5)), divisor);
  const fill = build.constant(options.fillValue ?? 0, work);
  return build.cast(sample(wide, insideCoordinate(y, h, mode), insideCoordinate(x, w, mode), interpolation, fill), images.dtype);
}

/**
 * Pictures under affine transformations: `transform` [8] or [batch, 8] holds a0 a1 a2 b0 b1 b2 c0 c1, and pixel (x, y) of the result is the
 * picture's at ((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k), k = c0 x + c1 y + 1.
 *
 * @throws ShapeError unless `transform` is [8] or [batch, 8] and `images` have 3 or 4 axes; ValueError for an interpolation or fill mode
 * that does not exist.
 *
 * @example
 * // One pixel to the left: the result at x is the picture at x + 1.
 * const picture = tensor([[[1], [2], [3]]]);
 * ops.image.affineTransform(picture, tensor([1, 0, 1, 0, 1, 0, 0, 0])); // [[[2], [3], [0]]]
 */
export const affineTransform: Op<[images: TensorLike, transform: TensorLike, options?: TransformOptions]> = op(
  "image.affine_transform",
  ["images", "transform"],
  (images: TensorLike, transform: TensorLike, options: TransformOptions = {}) => {
    const name = "image.affine_transform";
    const given = realFloatInput(name, transform, "transform");
    const t = given.shape.length === 1 ? build.reshape(given, [1, given.shape[0] as number]) : given;
    if (t.shape.length !== 2 || t.shape[1] !== 8)
      throw new ShapeError(`[${name}] transform must be [8] or [batch, 8]: received ${formatAval(given)}`);
    return onPictures(name, images, options, (x) => project(x, t, options, name));
  },
);

/** The 8 coefficients that map `to` corners to `from` corners, each [n, 4, 2]: a linear system of 8 equations. */
function homography(from: Value, to: Value): Value {
  const n = from.shape[0] as number;
  const part = (points: Value, i: number): Value => build.reshape(build.slice(points, [0, 0, i], [n, 4, i + 1]), [n, 4, 1]);
  const [x, y, u, v] = [part(to, 0), part(to, 1), part(from, 0), part(from, 1)];
  const zero = build.zerosLike(x);
  const one = build.onesLike(x);
  const rowsX = build.concat([x, y, one, zero, zero, zero, build.neg(build.mul(x, u)), build.neg(build.mul(y, u))], 2);
  const rowsY = build.concat([zero, zero, zero, x, y, one, build.neg(build.mul(x, v)), build.neg(build.mul(y, v))], 2);
  const [packed, , order] = build.lu(build.concat([rowsX, rowsY], 1)) as [Value, Value, Value];
  const permutation = build.cast(build.eq(build.reshape(order, [n, 8, 1]), build.iota([8], 0)), x.dtype);
  const right = build.dot(permutation, build.concat([u, v], 1));
  const lower = build.triangularSolve(packed, right, { lower: true, transpose: false, unitDiagonal: true });
  return build.reshape(build.triangularSolve(packed, lower, { lower: false, transpose: false, unitDiagonal: false }), [n, 8]);
}

/** Options of {@link perspectiveTransform}. */
export type PerspectiveOptions = Omit<TransformOptions, "fillMode">;

/**
 * Pictures pulled so that `startPoints` come to lie at `endPoints`: four corners (x, y) each, [4, 2] or [batch, 4, 2].
 *
 * @throws ShapeError unless the points are [4, 2] or [batch, 4, 2] and `images` have 3 or 4 axes; ValueError for an interpolation or data
 * format that does not exist.
 *
 * @example
 * const corners = tensor([[0, 0], [2, 0], [0, 2], [2, 2]]);
 * const picture = ops.reshape(ops.arange(9, { dtype: "float32" }), [3, 3, 1]);
 * ops.image.perspectiveTransform(picture, corners, corners).squeeze(); // [[0, 1, 2], [3, 4, 5], [6, 7, 8]]
 */
export const perspectiveTransform: Op<[images: TensorLike, startPoints: TensorLike, endPoints: TensorLike, options?: PerspectiveOptions]> =
  op(
    "image.perspective_transform",
    ["images", "startPoints", "endPoints"],
    (images: TensorLike, startPoints: TensorLike, endPoints: TensorLike, options: PerspectiveOptions = {}) => {
      const name = "image.perspective_transform";
      const corners = (points: TensorLike, what: string): Value => {
        const value = build.cast(realFloatInput(name, points, what), "float32");
        const batch = value.shape.length === 2 ? build.reshape(value, [1, ...value.shape]) : value;
        if (batch.shape.length !== 3 || batch.shape[1] !== 4 || batch.shape[2] !== 2) {
          throw new ShapeError(`[${name}] ${what} must be [4, 2] or [batch, 4, 2]: received ${formatAval(value)}`);
        }
        return batch;
      };
      const transforms = homography(corners(startPoints, "startPoints"), corners(endPoints, "endPoints"));
      return onPictures(name, images, options, (x) => project(x, transforms, options, name));
    },
  );

/** Pictures with each pixel moved by displacements dy and dx, each [batch, height, width]. */
export function displaced(images: Value, dy: Value, dx: Value, options: TransformOptions, name: string): Value {
  const interpolation = choice(name, "interpolation", options.interpolation ?? "bilinear", ["nearest", "bilinear"]);
  const mode = choice(name, "fillMode", options.fillMode ?? "reflect", ["constant", "nearest", "wrap", "reflect"]);
  const [, h, w] = images.shape as readonly [number, number, number];
  const y = build.add(dy, build.iota([1, h, 1], 1, dy.dtype));
  const x = build.add(dx, build.iota([1, 1, w], 2, dx.dtype));
  const fill = build.constant(options.fillValue ?? 0, images.dtype);
  return sample(images, insideCoordinate(y, h, mode), insideCoordinate(x, w, mode), interpolation, fill);
}
