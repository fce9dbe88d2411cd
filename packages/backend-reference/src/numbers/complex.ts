/** Complex functions. Each writes its result's two parts into {@link result}: no object is made for an element. */

/** Real and imaginary part of the last result. */
export const result: Float64Array = new Float64Array(2);

function give(re: number, im: number): void {
  result[0] = re;
  result[1] = im;
}

export function multiply(a: number, b: number, c: number, d: number): void {
  give(a * c - b * d, a * d + b * c);
}

/** (a+bi)/(c+di) by Smith's method, which does not overflow midway. */
export function divide(a: number, b: number, c: number, d: number): void {
  if (c === 0 && d === 0) {
    give(a / 0, b / 0);
  } else if (Math.abs(c) >= Math.abs(d)) {
    const ratio = d / c;
    const scale = c + d * ratio;
    give((a + b * ratio) / scale, (b - a * ratio) / scale);
  } else {
    const ratio = c / d;
    const scale = c * ratio + d;
    give((a * ratio + b) / scale, (b * ratio - a) / scale);
  }
}

/** e^(a+bi). */
export function exp(a: number, b: number): void {
  const scale = Math.exp(a);
  // A real operand gives a real result, also where e^a overflows.
  if (b === 0) give(scale, b);
  else give(scale * Math.cos(b), scale * Math.sin(b));
}

/** Principal branch. */
export function log(a: number, b: number): void {
  give(Math.log(Math.hypot(a, b)), Math.atan2(b, a));
}

/** Principal branch: the real part is not negative. */
export function sqrt(a: number, b: number): void {
  if (a === 0 && b === 0) {
    give(0, b);
    return;
  }
  const half = Math.sqrt((Math.abs(a) + Math.hypot(a, b)) / 2);
  if (a >= 0) give(half, b / (2 * half));
  else give(Math.abs(b) / (2 * half), b < 0 || Object.is(b, -0) ? -half : half);
}

export function sin(a: number, b: number): void {
  give(Math.sin(a) * Math.cosh(b), Math.cos(a) * Math.sinh(b));
}

export function cos(a: number, b: number): void {
  give(Math.cos(a) * Math.cosh(b), -Math.sin(a) * Math.sinh(b));
}

/** tanh(a+bi) = (sinh 2a + i·sin 2b) / (cosh 2a + cos 2b). */
export function tanh(a: number, b: number): void {
  if (Math.abs(a) > 20) {
    // The denominator overflows where the result is ±1 already.
    give(Math.sign(a), 4 * Math.sin(b) * Math.cos(b) * Math.exp(-2 * Math.abs(a)));
    return;
  }
  const scale = Math.cosh(2 * a) + Math.cos(2 * b);
  give(Math.sinh(2 * a) / scale, Math.sin(2 * b) / scale);
}

/** e^(a+bi) - 1 without cancellation near 0. */
export function expm1(a: number, b: number): void {
  const half = Math.sin(b / 2);
  give(Math.expm1(a) * Math.cos(b) - 2 * half * half, Math.exp(a) * Math.sin(b));
}

/** log(1 + a+bi) without cancellation near 0. */
export function log1p(a: number, b: number): void {
  const small = Math.abs(a) < 0.5 && Math.abs(b) < 0.5;
  // |1+z|² - 1 = a(2+a) + b².
  const re = small ? 0.5 * Math.log1p(a * (2 + a) + b * b) : Math.log(Math.hypot(1 + a, b));
  give(re, Math.atan2(b, 1 + a));
}

/** (a+bi)^(c+di), principal branch; anything to the power 0 is 1. */
export function pow(a: number, b: number, c: number, d: number): void {
  if (c === 0 && d === 0) {
    give(1, 0);
    return;
  }
  if (a === 0 && b === 0) {
    give(c > 0 ? 0 : NaN, c > 0 ? 0 : NaN);
    return;
  }
  if (d === 0 && Number.isInteger(c) && Math.abs(c) <= 16) {
    integerPower(a, b, c);
    return;
  }
  log(a, b);
  multiply(result[0], result[1], c, d);
  exp(result[0], result[1]);
}

/** By repeated multiplication: exact where the logarithm is not. */
function integerPower(a: number, b: number, exponent: number): void {
  give(1, 0);
  for (let i = 0; i < Math.abs(exponent); i++) multiply(result[0], result[1], a, b);
  if (exponent < 0) divide(1, 0, result[0], result[1]);
}
