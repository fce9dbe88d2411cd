/** Determinants and their logarithms. */
import { traceGraph } from "../../engine/trace-graph.ts";
import { isComplex } from "../../dtypes/dtype.ts";
import { bind } from "../../graph/bind.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { productOfOthers } from "../../primitives/recurrence.ts";
import type { TensorLike } from "../../tensor/create.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { composite, pullback } from "../composite.ts";
import { signOf } from "../elementwise/arithmetic.ts";
import { op, type Op } from "../support/op.ts";
import { complexSvd } from "./complex-svd.ts";
import { luByColumns } from "./eliminate.ts";
import { choleskyOf, inDtypeOf, numberMatrix } from "./factor.ts";
import { solveSystem } from "./systems.ts";

const onDiagonal = (x: Value): Value => build.eye(x.shape.at(-1) as number, "bool");

/** [..., n, n] → [..., n]: the diagonal. */
function diagonalOf(x: Value): Value {
  return build.sum(build.select(onDiagonal(x), x, 0), [x.shape.length - 1]);
}

/** The diagonal of U, its sign turned in one place for an odd number of row exchanges: the determinant is its product. */
function signedPivots(x: Value): Value {
  const [packed, pivots] = (isComplex(x.dtype) ? luByColumns(x) : build.lu(x)) as [Value, Value];
  const n = x.shape[x.shape.length - 1] as number;
  const last = pivots.shape.length - 1;
  // Each pivot that is not its own row is one exchange.
  const exchanges = build.sum(build.cast(build.not(build.eq(pivots, build.iota([n], 0))), "int32"), [last]);
  const odd = build.eq(build.binary("rem", exchanges, build.constant(2, "int32")), 1);
  const turned = build.and(build.reshape(odd, [...odd.shape, 1]), build.eq(build.iota([n], 0), 0));
  const diagonal = diagonalOf(packed);
  return build.select(turned, build.neg(diagonal), diagonal);
}

function productOf(x: Value): Value {
  return build.reduce("prod", x, [x.shape.length - 1]);
}

/** [...] → [..., 1, 1] */
function perMatrix(x: Value): Value {
  return build.reshape(x, [...x.shape, 1, 1]);
}

/** The cofactors of matrices of which no more is known: those of the factors u, s and vᴴ are products of all but one. */
function cofactorsOfFactors([u, s, vh]: readonly [Value, Value, Value]): Value {
  const sign = signOf(build.mul(productOf(signedPivots(u)), productOf(signedPivots(vh))));
  const others = build.cast(productOfOthers(s, s.shape.length - 1), u.dtype);
  const scaled = build.mul(build.conj(u), build.reshape(others, [...s.shape.slice(0, -1), 1, s.shape.at(-1) as number]));
  return build.mul(perMatrix(sign), build.dot(scaled, build.conj(vh)));
}

/** [..., n] → [..., n, n]: the products of all but two elements; 0 on the diagonal. */
function productsOfAllButTwo(x: Value): Value {
  const n = x.shape.at(-1) as number;
  const is = (axis: number): Value => build.eq(build.iota([n, n, n], axis), build.iota([n, n, n], 2));
  const others = build.reshape(x, [...x.shape.slice(0, -1), 1, 1, n]);
  const products = productOf(build.select(build.or(is(0), is(1)), 1, others));
  return build.select(build.eye(n, "bool"), 0, products);
}

/**
 * Cofactors of complex matrices. For F = uᴴ·dx·v the determinant of s + F has Σ (Fᵢᵢ·Fⱼⱼ - Fᵢⱼ·Fⱼᵢ)·Π sₖ over i < j and k other than both as
 * its part of second order, whatever singular values are equal or 0.
 */
const complexCofactors = composite(
  "complex_cofactors",
  (x) => cofactorsOfFactors(complexSvd(x as Value, false)),
  pullback((ct, x) => {
    const [u, s, vh] = complexSvd(x, false);
    const sign = signOf(build.mul(productOf(signedPivots(u)), productOf(signedPivots(vh))));
    const transposed = build.matrixTranspose;
    const inner = build.mul(perMatrix(build.conj(sign)), build.dot(build.dot(transposed(u), ct), transposed(vh)));
    const products = build.cast(productsOfAllButTwo(s), x.dtype);
    const diagonal = build.dot(products, build.reshape(diagonalOf(inner), [...s.shape, 1]));
    const change = build.sub(build.select(onDiagonal(x), diagonal, 0), build.mul(products, transposed(inner)));
    return build.dot(build.dot(u, change), vh);
  }),
);

function cofactorsBySvd(x: Value): Value {
  return isComplex(x.dtype) ? complexCofactors(x) : cofactorsOfFactors(build.svd(x) as [Value, Value, Value]);
}

/**
 * True where the determinant `d` of `x` is 0. Complex matrices are solved as real ones of twice the size, which rounding may make singular
 * where `x` is not: of them it is true for all that rounding cannot tell from singular ones.
 */
function isSingular(x: Value, d: Value): Value {
  if (!isComplex(x.dtype)) return build.eq(d, 0);
  const squares = build.sum(build.real(build.mul(x, build.conj(x))), [x.shape.length - 1]);
  return build.le(build.abs(d), build.mul(productOf(build.sqrt(squares)), 1e-6 * (x.shape.at(-1) as number)));
}

/** How the determinants `d` change with each element of `x`: d · x⁻ᵀ, where they are 0 by singular values. */
function cofactors(x: Value, d: Value): Value {
  const singular = isSingular(x, d);
  const byInverse = (matrices: Value, determinants: Value): Value => {
    const identity = build.eye(x.shape.at(-1) as number, x.dtype);
    const regular = build.select(perMatrix(isSingular(matrices, determinants)), identity, matrices);
    return build.mul(perMatrix(determinants), build.matrixTranspose(solveSystem(regular, build.broadcast(identity, x.shape))));
  };
  const all = singular.shape.map((_, axis) => axis);
  const then = traceGraph([x, d], ([a, b]) => [
    build.select(perMatrix(isSingular(a as Value, b as Value)), cofactorsBySvd(a as Value), byInverse(a as Value, b as Value)),
  ]).graph;
  const otherwise = traceGraph([x, d], ([a, b]) => [byInverse(a as Value, b as Value)]).graph;
  return bind("cond", [build.reduce("max", singular, all), x, d], { then, otherwise })[0] as Value;
}

const determinant = composite(
  "det",
  (x) => productOf(signedPivots(x as Value)),
  pullback((ct, x, d) => build.mul(perMatrix(ct), build.conj(cofactors(x, d)))),
);

/**
 * The determinants of square matrices: [..., n, n] gives [...]. There are gradients of singular
 * matrices, too, and theirs.
 *
 * @throws ShapeError unless `x` holds square matrices.
 *
 * @example
 * ops.linalg.det(tensor([[1, 2], [3, 4]])); // -2
 */
export const det: Op<[x: TensorLike]> = op("det", ["x"], (x: TensorLike) => {
  return inDtypeOf(x, determinant(numberMatrix("det", x, "x", true)));
});

/**
 * Sign and logarithm of the determinant's size: [sign, log|det|]. The sign of a complex determinant is a number of size 1.
 *
 * @throws ShapeError unless `x` holds square matrices.
 *
 * @example
 * ops.linalg.slogdet(tensor([[2, 0], [0, -3]])); // [-1, 1.7918]
 */
export const slogdet: Op<[x: TensorLike], [Tensor, Tensor]> = op("slogdet", ["x"], (x: TensorLike): [Tensor, Tensor] => {
  const pivots = signedPivots(numberMatrix("slogdet", x, "x", true));
  const last = [pivots.shape.length - 1];
  return [inDtypeOf(x, build.reduce("prod", signOf(pivots), last)), inDtypeOf(x, build.sum(build.log(build.abs(pivots)), last))];
});

/**
 * The logarithm of the determinant of a symmetric (Hermitian) positive definite matrix. NaN where it is not definite.
 *
 * [..., n, n] gives [...].
 *
 * @throws ShapeError unless `x` holds square matrices.
 *
 * @example
 * ops.linalg.logdet(tensor([[2, 0], [0, 3]])); // 1.7918
 */
export const logdet: Op<[x: TensorLike]> = op("logdet", ["x"], (x: TensorLike) => {
  const factor = diagonalOf(choleskyOf(numberMatrix("logdet", x, "x", true)));
  const diagonal = isComplex(factor.dtype) ? build.real(factor) : factor;
  return inDtypeOf(x, build.mul(build.sum(build.log(diagonal), [diagonal.shape.length - 1]), 2));
});
