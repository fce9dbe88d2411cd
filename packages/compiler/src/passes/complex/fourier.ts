/** The discrete Fourier transform as products with small matrices of roots of unity (Cooley and Tukey; Bluestein). */
import type { IrNode } from "../../ir/node.ts";
import { sizeOf } from "../../ir/node.ts";
import type { ComplexNumbers, Parts } from "./complex-numbers.ts";

/** Lengths that one product does, and prime ones that it still does. */
const [largestFactor, largestPrime] = [32, 128];

export class Fourier {
  readonly #complex: ComplexNumbers;

  constructor(complex: ComplexNumbers) {
    this.#complex = complex;
  }

  /** Along `axis`; the inverse divides by the length. */
  transform(x: Parts, axis: number, inverse: boolean): Parts {
    const { shape } = x.re;
    const n = shape[axis] as number;
    const outer = sizeOf(shape.slice(0, axis));
    const inner = sizeOf(shape.slice(axis + 1));
    if (n < 2 || outer * inner === 0) return x;
    const flat = this.#map(x, (part) => this.#reshape(part, [outer, n, inner]));
    const given = inverse ? this.#conjugate(flat) : flat;
    const forward = this.#forward(given);
    const { real } = this.#complex;
    const scaled = inverse ? this.#map(this.#conjugate(forward), (part) => real.div(part, n)) : forward;
    return this.#map(scaled, (part) => this.#reshape(part, shape));
  }

  /** Along the middle of three axes. */
  #forward(x: Parts): Parts {
    const [outer, n, inner] = x.re.shape as [number, number, number];
    if (n === 1) return x;
    const factor = largestDivisor(n);
    if (factor === n || (factor === 1 && n <= largestPrime)) return this.#product(x);
    if (factor === 1) return this.#convolved(x);
    const rest = n / factor;
    // Element rest·j + l: transformed over j, turned, and transformed over l.
    const first = this.#product(this.#map(x, (part) => this.#reshape(part, [outer, factor, rest * inner])));
    const { real } = this.#complex;
    const shape = [1, factor, rest, 1];
    const turns = this.#roots(real.mul(real.counting(shape, 1), real.counting(shape, 2)), n);
    const turned = this.#complex.mul(
      this.#map(first, (part) => this.#reshape(part, [outer, factor, rest, inner])),
      turns,
    );
    const second = this.#forward(this.#map(turned, (part) => this.#reshape(part, [outer * factor, rest, inner])));
    return this.#map(second, (part) => {
      const apart = this.#reshape(part, [outer, factor, rest, inner]);
      const permutation = [0, 2, 1, 3];
      const swapped = real.builder.add("transpose", { permutation }, [apart], apart.dtype, [outer, rest, factor, inner]);
      return this.#reshape(swapped, [outer, n, inner]);
    });
  }

  /** By one product with the matrix of all roots. */
  #product(x: Parts): Parts {
    const { real } = this.#complex;
    const [outer, n, inner] = x.re.shape as [number, number, number];
    const matrix = this.#roots(real.mul(real.counting([n, n], 0), real.counting([n, n], 1)), n);
    // Lines that lie along memory are rows of the left operand.
    const dot = (part: IrNode, roots: IrNode): IrNode => {
      if (inner === 1) {
        const rows = this.#reshape(part, [outer, n]);
        return this.#reshape(real.builder.add("dot", {}, [rows, roots], "float32", [outer, n]), [outer, n, 1]);
      }
      const stretched = real.builder.broadcast(this.#reshape(roots, [1, n, n]), [outer, n, n]);
      return real.builder.add("dot", {}, [stretched, part], "float32", [outer, n, inner]);
    };
    if (this.#complex.isReal(x)) return { re: dot(x.re, matrix.re), im: dot(x.re, matrix.im) };
    return {
      re: real.sub(dot(x.re, matrix.re), dot(x.im, matrix.im)),
      im: real.add(dot(x.re, matrix.im), dot(x.im, matrix.re)),
    };
  }

  /** Any length, by way of a power of two: with jk = (j² + k² - (k-j)²)/2 it is a convolution with a chirp. */
  #convolved(x: Parts): Parts {
    const { real } = this.#complex;
    const [outer, n, inner] = x.re.shape as [number, number, number];
    const size = 2 ** Math.ceil(Math.log2(2 * n - 1));
    const chirp = (place: IrNode): Parts => this.#roots(this.#squareModulo(place, n), 2 * n);
    const own = chirp(real.counting([1, n, 1], 1));
    const long = this.#map(this.#complex.mul(x, own), (part) => this.#lengthened(part, size));
    const place = real.counting([1, size, 1], 1);
    const distance = real.binary("min", place, real.sub(size, place));
    const isInside = real.less(distance, n);
    const filter = this.#map(this.#conjugate(chirp(real.binary("min", distance, n))), (part) => real.select(isInside, part, 0));
    const spectrum = this.#complex.mul(this.#forward(long), this.#forward(filter));
    // The inverse by the forward one: both ends conjugated.
    const back = this.#conjugate(this.#forward(this.#conjugate(spectrum)));
    const cut = this.#map(back, (part) => {
      const [start, limit, strides] = [[0, 0, 0], [outer, n, inner], [1, 1, 1]]; // prettier-ignore
      return real.div(real.builder.add("slice", { start, limit, strides }, [part], "float32", limit), size);
    });
    return this.#complex.mul(cut, own);
  }

  /** k² modulo 2n of int32 k up to n, in 32 bits: by its binary digits. */
  #squareModulo(k: IrNode, n: number): IrNode {
    const { real } = this.#complex;
    const less = (x: IrNode): IrNode => real.select(real.less(x, 2 * n), x, real.sub(x, 2 * n));
    let result: IrNode | null = null;
    for (let bit = 2 ** Math.floor(Math.log2(n)); bit >= 1; bit /= 2) {
      const digit = real.select(real.isZero(real.binary("and", k, bit)), 0, k);
      result = result === null ? digit : less(real.add(less(real.add(result, result)), digit));
    }
    return result as IrNode;
  }

  /** e^(-2πi·numerator/n) of int32 numerators. Angles are reduced to an eighth of a turn either way, exactly. */
  #roots(numerator: IrNode, n: number): Parts {
    const { real } = this.#complex;
    const quarters = real.mul(real.cast(numerator, "float32"), 4 / n);
    const quarter = real.cast(real.unary("floor", real.add(quarters, 0.5)), "int32");
    const rest = real.sub(real.mul(numerator, 4), real.mul(quarter, n));
    const angle = real.mul(real.cast(rest, "float32"), Math.PI / (2 * n));
    const [cos, sin] = [real.unary("cos", angle), real.unary("sin", angle)];
    const has = (x: IrNode, bit: number): IrNode => real.less(0, real.binary("and", x, bit));
    const isOdd = has(quarter, 1);
    const turned = (isNegative: IrNode, x: IrNode): IrNode => real.select(isNegative, real.neg(x), x);
    return {
      re: turned(has(real.add(quarter, 1), 2), real.select(isOdd, sin, cos)),
      im: turned(real.less(real.binary("and", quarter, 2), 1), real.select(isOdd, cos, sin)),
    };
  }

  #conjugate({ re, im }: Parts): Parts {
    return { re, im: this.#complex.real.neg(im) };
  }

  #map({ re, im }: Parts, fn: (part: IrNode) => IrNode): Parts {
    return { re: fn(re), im: fn(im) };
  }

  #reshape(x: IrNode, shape: readonly number[]): IrNode {
    return this.#complex.real.builder.reshape(x, shape);
  }

  /** With zeros at the end of the middle axis. */
  #lengthened(x: IrNode, size: number): IrNode {
    const { builder } = this.#complex.real;
    const [outer, n, inner] = x.shape as [number, number, number];
    const none = [0, 0, 0];
    const params = { low: none, high: [0, size - n, 0], interior: none };
    return builder.add("pad", params, [x, builder.constant(0, x.dtype)], x.dtype, [outer, size, inner]);
  }
}

/** The largest divisor of `n` that one product does; 1 where it has none. */
function largestDivisor(n: number): number {
  for (let divisor = Math.min(n, largestFactor); divisor > 1; divisor--) if (n % divisor === 0) return divisor;
  return 1;
}
