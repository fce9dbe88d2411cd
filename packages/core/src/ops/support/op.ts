import { defineOp } from "../../symbolic/define-op.ts";
import type { SymbolicTensor } from "../../symbolic/symbolic-tensor.ts";
import type { AnyTensor } from "../../tensor/base.ts";
import type { TensorLike } from "../../tensor/create.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** An argument type with symbolic tensors allowed wherever tensors are. */
type Symbolically<T> = [TensorLike] extends [T]
  ? T | SymbolicTensor
  : [readonly TensorLike[]] extends [T]
    ? readonly (TensorLike | SymbolicTensor)[]
    : T extends string | number | boolean | bigint | null | undefined | AnyTensor | readonly unknown[] | ((...args: never) => unknown)
      ? T
      : { [K in keyof T]: [TensorLike] extends [NonNullable<T[K]>] ? T[K] | SymbolicTensor : T[K] };

type SymbolicArguments<A extends readonly unknown[]> = { [K in keyof A]: Symbolically<A[K]> };

/** What an op gives when it was called with symbolic tensors. */
type SymbolicResult<R> = R extends AnyTensor ? SymbolicTensor : R extends readonly unknown[] ? { [K in keyof R]: SymbolicResult<R[K]> } : R;

/**
 * A public op: called with tensors, arrays or numbers it gives tensors; called with the symbolic tensors of a functional model it
 * records itself and gives symbolic tensors.
 */
export interface Op<A extends readonly unknown[], R = Tensor> {
  (...args: A): R;
  (...args: SymbolicArguments<A>): SymbolicResult<R>;
}

/**
 * Makes a public op. `name` is Keras's (snake case), `params` are its positional parameters in camel case; everything else is in one
 * options object, last.
 */
/* @__NO_SIDE_EFFECTS__ */
export function op<A extends readonly unknown[], R>(name: string, params: readonly string[], implementation: (...args: A) => R): Op<A, R> {
  return defineOp(name, params, implementation) as unknown as Op<A, R>;
}
