import type { AnyTensor } from "../../tensor/base.ts";
import type { TypedArray } from "../../dtypes/dtype.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** A tensor, a number, or a nest of them: lists are known by their places. */
export type Nest = object | number | boolean | [] | null;

/** A nest of tensors as the body of a loop gets it: what was given as a number or an array is a tensor there. */
export type Carried<T> = T extends AnyTensor | TypedArray | number | boolean
  ? Tensor
  : T extends readonly (infer E)[]
    ? number extends T["length"]
      ? readonly Carried<E>[]
      : { [K in keyof T]: Carried<T[K]> }
    : T extends object
      ? { [K in keyof T]: Carried<T[K]> }
      : T;

/** The arguments of the body of a while loop: each element of a list, or what is no list. */
export type LoopVariables<V> = Carried<V> extends infer C extends readonly unknown[] ? C : readonly [Carried<V>];
