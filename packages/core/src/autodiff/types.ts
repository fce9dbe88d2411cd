import type { AnyTensor } from "../tensor/base.ts";
import type { Tensor } from "../tensor/tensor.ts";

// A function that is no tree of tensors.
type AnyFunction = (...args: never) => unknown;

/** What may be passed to the derivative of a function for its argument `A`: a number too where it takes a tensor, also inside trees. */
export type ArgumentOf<A> = [Tensor] extends [A]
  ? AnyTensor | number
  : A extends AnyTensor
    ? A | number
    : A extends number | AnyFunction
      ? A
      : A extends object
        ? { [K in keyof A]: ArgumentOf<A[K]> }
        : A;

/** The gradient of an argument: a tensor where it was a number or a tensor, else the same tree. */
export type GradientOf<A> = [Tensor] extends [A]
  ? Tensor
  : A extends AnyTensor | number
    ? Tensor
    : A extends AnyFunction
      ? A
      : A extends object
        ? { [K in keyof A]: GradientOf<A[K]> }
        : A;

/** The arguments of a derivative of a function of arguments `A`. */
export type ArgumentsOf<A extends readonly unknown[]> = { [K in keyof A]: ArgumentOf<A[K]> };

/** What `argnums` gives: the gradient of one argument, or a list for a list. */
export type GradientsFor<A extends readonly unknown[], N extends number | readonly number[]> = N extends number
  ? GradientOf<A[N]>
  : { -readonly [K in keyof N]: GradientOf<A[N[K] & keyof A]> };
