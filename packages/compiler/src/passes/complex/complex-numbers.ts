import type { UnaryName } from "@neurite/core";
import type { IrNode } from "../../ir/node.ts";
import { constantNumber } from "../simplify/values.ts";
import type { RealNumbers } from "./real-numbers.ts";

/** Real and imaginary part. */
export interface Parts {
  readonly re: IrNode;
  readonly im: IrNode;
}

/** Functions of complex numbers by their parts, written so that float32 neither overflows nor cancels midway. */
export class ComplexNumbers {
  readonly real: RealNumbers;

  constructor(real: RealNumbers) {
    this.real = real;
  }

  neg({ re, im }: Parts): Parts {
    return { re: this.real.neg(re), im: this.real.neg(im) };
  }

  add(a: Parts, b: Parts): Parts {
    return { re: this.real.add(a.re, b.re), im: this.real.add(a.im, b.im) };
  }

  sub(a: Parts, b: Parts): Parts {
    return { re: this.real.sub(a.re, b.re), im: this.real.sub(a.im, b.im) };
  }

  mul(a: Parts, b: Parts): Parts {
    const { real } = this;
    return {
      re: real.sub(real.mul(a.re, b.re), real.mul(a.im, b.im)),
      im: real.add(real.mul(a.re, b.im), real.mul(a.im, b.re)),
    };
  }

  /** By Smith's method. */
  div(a: Parts, b: Parts): Parts {
    const { real } = this;
    const isFlat = real.binary("le", real.abs(b.im), real.abs(b.re));
    const [large, small] = [real.select(isFlat, b.re, b.im), real.select(isFlat, b.im, b.re)];
    // 0 by 0 has no ratio; what it divides is infinite, or NaN.
    const ratio = real.select(real.isZero(large), 0, real.div(small, large));
    const scale = real.add(large, real.mul(small, ratio));
    const [first, second] = [real.select(isFlat, a.re, a.im), real.select(isFlat, a.im, a.re)];
    const across = real.sub(second, real.mul(first, ratio));
    return {
      re: real.div(real.add(first, real.mul(second, ratio)), scale),
      im: real.div(real.select(isFlat, across, real.neg(across)), scale),
    };
  }

  abs(z: Parts): IrNode {
    const { real } = this;
    const { large, ratio, isPlain } = this.#magnitudes(z);
    const scaled = real.mul(large, real.unary("sqrt", real.add(1, real.mul(ratio, ratio))));
    // More exact, where squares neither overflow nor vanish.
    const isOrdinary = real.and(real.less(1e-15, large), real.less(large, 1e18));
    const direct = real.unary("sqrt", real.add(real.mul(z.re, z.re), real.mul(z.im, z.im)));
    return real.select(isPlain, large, real.select(isOrdinary, direct, scaled));
  }

  exp({ re, im }: Parts): Parts {
    const { real } = this;
    const [cos, sin] = [real.unary("cos", im), real.unary("sin", im)];
    const scale = real.unary("exp", re);
    // Where e^a overflows, a product with it need not.
    const half = real.unary("exp", real.mul(re, 0.5));
    const isLarge = real.less(88, re);
    const scaled = (x: IrNode): IrNode => real.select(isLarge, real.mul(real.mul(half, x), half), real.mul(scale, x));
    // A real number has a real result.
    const isReal = real.isZero(im);
    return { re: real.select(isReal, scale, scaled(cos)), im: real.select(isReal, im, scaled(sin)) };
  }

  expm1({ re, im }: Parts): Parts {
    const { real } = this;
    const half = real.unary("sin", real.mul(im, 0.5));
    const isReal = real.isZero(im);
    const whole = real.sub(real.mul(real.unary("expm1", re), real.unary("cos", im)), real.mul(real.mul(half, half), 2));
    return {
      re: real.select(isReal, real.unary("expm1", re), whole),
      im: real.select(isReal, im, real.mul(real.unary("exp", re), real.unary("sin", im))),
    };
  }

  log(z: Parts): Parts {
    const { real } = this;
    const { large, small, ratio, isPlain } = this.#magnitudes(z);
    const halfLog1p = (x: IrNode): IrNode => real.mul(real.unary("log1p", x), 0.5);
    // Near the unit circle the logarithm is that of 1 + (large² - 1 + small²).
    const near = halfLog1p(real.add(real.mul(real.sub(large, 1), real.add(large, 1)), real.mul(small, small)));
    const plain = real.unary("log", large);
    const far = real.add(plain, halfLog1p(real.mul(ratio, ratio)));
    const isNear = real.and(real.less(0.5, large), real.less(large, 2));
    return { re: real.select(isPlain, plain, real.select(isNear, near, far)), im: real.binary("atan2", z.im, z.re) };
  }

  log1p({ re, im }: Parts): Parts {
    const { real } = this;
    const isSmall = real.and(real.less(real.abs(re), 0.5), real.less(real.abs(im), 0.5));
    const excess = real.add(real.mul(re, real.add(re, 2)), real.mul(im, im));
    const large = this.log({ re: real.add(re, 1), im });
    return { re: real.select(isSmall, real.mul(real.unary("log1p", excess), 0.5), large.re), im: large.im };
  }

  /** Principal branch. */
  sqrt({ re, im }: Parts): Parts {
    const { real } = this;
    const size = real.abs(re);
    const half = real.unary("sqrt", real.add(real.mul(size, 0.5), real.mul(this.abs({ re, im }), 0.5)));
    const rest = real.div(real.mul(real.abs(im), 0.5), half);
    const isRight = real.binary("le", 0, re);
    const signed = (x: IrNode): IrNode => real.select(this.#isNegative(im), real.neg(x), x);
    const isNothing = real.isZero(half);
    return {
      re: real.select(isNothing, 0, real.select(isRight, half, rest)),
      im: real.select(isNothing, im, signed(real.select(isRight, rest, half))),
    };
  }

  rsqrt(z: Parts): Parts {
    const one = this.real.builder.constant(1, z.re.dtype);
    return this.div({ re: one, im: this.real.builder.constant(0, z.re.dtype) }, this.sqrt(z));
  }

  sin({ re, im }: Parts): Parts {
    const { real } = this;
    const { cosh, sinh } = this.#hyperbolic(im);
    return { re: real.mul(real.unary("sin", re), cosh), im: real.mul(real.unary("cos", re), sinh) };
  }

  cos({ re, im }: Parts): Parts {
    const { real } = this;
    const { cosh, sinh } = this.#hyperbolic(im);
    return { re: real.mul(real.unary("cos", re), cosh), im: real.neg(real.mul(real.unary("sin", re), sinh)) };
  }

  /** tanh(a+bi) = (sinh a·cosh a + i·sin b·cos b) / (sinh² a + cos² b). */
  tanh({ re, im }: Parts): Parts {
    const { real } = this;
    const { cosh, sinh } = this.#hyperbolic(re);
    const [sin, cos] = [real.unary("sin", im), real.unary("cos", im)];
    const scale = real.add(real.mul(sinh, sinh), real.mul(cos, cos));
    const around = real.mul(sin, cos);
    const isLarge = real.less(20, real.abs(re));
    const vanishing = real.mul(real.mul(around, 4), real.unary("exp", real.mul(real.abs(re), -2)));
    return {
      re: real.select(isLarge, real.unary("sign", re), real.div(real.mul(sinh, cosh), scale)),
      im: real.select(isLarge, vanishing, real.div(around, scale)),
    };
  }

  /** Principal branch; anything to the power 0 is 1. */
  pow(base: Parts, exponent: Parts): Parts {
    const { real } = this;
    const general = this.exp(this.mul(this.log(base), exponent));
    // By multiplication where that is exact and the logarithm is not: as the oracle, up to the 16th power.
    const size = real.abs(exponent.re);
    const isWhole = real.and(real.isZero(exponent.im), real.binary("eq", real.unary("floor", size), size));
    const isShort = real.and(isWhole, real.binary("le", size, 16));
    const whole = this.#wholePower(base, real.cast(real.binary("min", size, 16), "int32"));
    const one = { re: real.builder.constant(1, "float32"), im: real.builder.constant(0, "float32") };
    const inverse = this.div(one, whole);
    const isNegative = real.less(exponent.re, 0);
    const short = this.#select(isNegative, inverse, whole);
    const zero = real.select(real.less(0, exponent.re), 0, NaN);
    const isNothing = real.and(real.isZero(base.re), real.isZero(base.im));
    const power = this.#select(isNothing, { re: zero, im: zero }, this.#select(isShort, short, general));
    return this.#select(real.and(real.isZero(exponent.re), real.isZero(exponent.im)), one, power);
  }

  eq(a: Parts, b: Parts): IrNode {
    return this.real.and(this.real.binary("eq", a.re, b.re), this.real.binary("eq", a.im, b.im));
  }

  /** True where nothing but zeros is known of the imaginary part. */
  isReal({ im }: Parts): boolean {
    return constantNumber(im) === 0;
  }

  unary(op: UnaryName, z: Parts): Parts | null {
    switch (op) {
      case "neg":
      case "exp":
      case "expm1":
      case "log":
      case "log1p":
      case "sqrt":
      case "rsqrt":
      case "sin":
      case "cos":
      case "tanh":
        return this[op](z);
      default:
        return null;
    }
  }

  /** `base` to a power from 0 to 16, by squares. */
  #wholePower(base: Parts, exponent: IrNode): Parts {
    const { real } = this;
    let square = base;
    let power: Parts | null = null;
    for (let bit = 1; bit <= 16; bit *= 2) {
      if (bit > 1) square = this.mul(square, square);
      const takes = real.less(0, real.binary("and", exponent, bit));
      const one = { re: real.builder.constant(1, "float32"), im: real.builder.constant(0, "float32") };
      power = power === null ? this.#select(takes, square, one) : this.#select(takes, this.mul(power, square), power);
    }
    return power as Parts;
  }

  #select(condition: IrNode, a: Parts, b: Parts): Parts {
    return { re: this.real.select(condition, a.re, b.re), im: this.real.select(condition, a.im, b.im) };
  }

  /** The larger and the smaller of the parts' magnitudes, and their ratio; plain where the larger is 0 or infinite, and has none. */
  #magnitudes({ re, im }: Parts): Record<"large" | "small" | "ratio" | "isPlain", IrNode> {
    const { real } = this;
    const [a, b] = [real.abs(re), real.abs(im)];
    const isInfinite = real.binary("or", real.binary("eq", a, Infinity), real.binary("eq", b, Infinity));
    const large = real.select(isInfinite, Infinity, real.binary("max", a, b));
    const small = real.binary("min", a, b);
    return { large, small, ratio: real.div(small, large), isPlain: real.binary("or", isInfinite, real.isZero(large)) };
  }

  #hyperbolic(x: IrNode): { readonly cosh: IrNode; readonly sinh: IrNode } {
    const { real } = this;
    const size = real.abs(x);
    // e^x overflows before half of it does.
    const root = real.unary("exp", real.mul(size, 0.5));
    const half = real.mul(real.mul(root, 0.5), root);
    const growth = real.unary("expm1", size);
    const small = real.mul(real.add(growth, real.div(growth, real.add(growth, 1))), 0.5);
    const sinh = real.select(real.less(size, 20), small, half);
    return {
      cosh: real.add(half, real.div(0.25, half)),
      sinh: real.select(real.less(x, 0), real.neg(sinh), real.select(real.isZero(x), x, sinh)),
    };
  }

  /** Less than 0, or -0. */
  #isNegative(x: IrNode): IrNode {
    const { real } = this;
    const bits = real.builder.add("bitcast", { dtype: "int32" }, [x], "int32", x.shape);
    return real.less(bits, 0);
  }
}
