/**
 * Inverse circular and hyperbolic functions of complex numbers, from real functions of their parts, without the cancellation that formulas
 * with logarithms have (Kahan 1987). Branch cuts are those of C and NumPy.
 */
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { composite, pullback } from "../composite.ts";
import { atan2, inverseSine } from "./inverses.ts";

/** The real and the imaginary part. */
type Parts = readonly [re: Value, im: Value];

const parts = (z: Value): Parts => [build.real(z), build.imag(z)];

/** -i·f(i·z): what makes circular functions of hyperbolic ones. */
function turned(z: Value, f: (z: Value) => Value): Value {
  const [re, im] = parts(z);
  const [a, b] = parts(f(build.complex(build.neg(im), re)));
  return build.complex(b, build.neg(a));
}

/** The roots of 1 - z and of 1 + z. The sign of the imaginary part says on which side of a cut z is, even where it is 0. */
function roots(z: Value): { readonly down: Value; readonly up: Value } {
  const [re, im] = parts(z);
  return { down: build.sqrt(build.complex(build.sub(1, re), build.neg(im))), up: build.sqrt(build.complex(build.add(re, 1), im)) };
}

/** A function with its derivative. */
/* @__NO_SIDE_EFFECTS__ */
function analytic(name: string, body: (z: Value) => Value, derivative: (z: Value) => Value): (z: Value) => Value {
  return composite(
    name,
    body,
    pullback((ct, z) => build.mul(ct, build.conj(derivative(z)))),
  );
}

/** 1 / (√(1 - z) √(1 + z)). */
function steepness(z: Value): Value {
  const { down, up } = roots(z);
  return build.div(1, build.mul(down, up));
}

function arcsinhOf(z: Value): Value {
  const [re, im] = parts(z);
  const [a, b] = parts(build.sqrt(build.complex(build.add(im, 1), build.neg(re))));
  const [c, d] = parts(build.sqrt(build.complex(build.sub(1, im), re)));
  return build.complex(inverseSine(build.sub(build.mul(a, d), build.mul(c, b))), atan2(im, build.sub(build.mul(a, c), build.mul(b, d))));
}

function arctanhOf(z: Value): Value {
  const [re, im] = parts(z);
  // Odd: computed where the real part is not negative.
  const isLeft = build.lt(re, 0);
  const [x, y] = [build.abs(re), build.select(isLeft, build.neg(im), im)];
  const rest = build.sub(1, x);
  const squares = build.add(build.mul(rest, rest), build.mul(y, y));
  const real = build.mul(build.unary("log1p", build.div(build.mul(x, 4), squares)), 0.25);
  const angle = atan2(build.mul(y, -2), build.sub(build.mul(rest, build.add(x, 1)), build.mul(y, y)));
  const imaginary = build.mul(angle, -0.5);
  return build.complex(build.select(isLeft, build.neg(real), real), build.select(isLeft, build.neg(imaginary), imaginary));
}

/** Of complex64. */
export const complexArcsinh: (z: Value) => Value = analytic("complex_arcsinh", arcsinhOf, (z) => {
  const [re, im] = parts(z);
  return steepness(build.complex(build.neg(im), re));
});

/** Of complex64. */
export const complexArcsin: (z: Value) => Value = analytic("complex_arcsin", (z) => turned(z, arcsinhOf), steepness);

/** Of complex64. */
export const complexArccos: (z: Value) => Value = analytic(
  "complex_arccos",
  (z) => {
    const { down, up } = roots(z);
    const [[a, b], [c, d]] = [parts(down), parts(up)];
    return build.complex(build.mul(atan2(a, c), 2), inverseSine(build.sub(build.mul(c, b), build.mul(d, a))));
  },
  (z) => build.neg(steepness(z)),
);

/** Of complex64. */
export const complexArccosh: (z: Value) => Value = analytic(
  "complex_arccosh",
  (z) => {
    const [[a, b], [c, d]] = [parts(build.sqrt(build.sub(z, 1))), parts(build.sqrt(build.add(z, 1)))];
    return build.complex(inverseSine(build.add(build.mul(a, c), build.mul(b, d))), build.mul(atan2(b, c), 2));
  },
  (z) => build.div(1, build.mul(build.sqrt(build.sub(z, 1)), build.sqrt(build.add(z, 1)))),
);

/** Of complex64. */
export const complexArctanh: (z: Value) => Value = analytic("complex_arctanh", arctanhOf, (z) =>
  build.div(1, build.mul(build.sub(1, z), build.add(z, 1))),
);

/** Of complex64. */
export const complexArctan: (z: Value) => Value = analytic(
  "complex_arctan",
  (z) => turned(z, arctanhOf),
  (z) => build.div(1, build.add(build.mul(z, z), 1)),
);
