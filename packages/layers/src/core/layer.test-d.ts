import type { SymbolicTensor, Tensor } from "@neurite/core";
import { expectTypeOf } from "vitest";
import { Dense } from "./dense.ts";
import { LSTM } from "../recurrent/lstm.ts";

declare const x: Tensor;
declare const input: SymbolicTensor;
const dense = new Dense(3);
const lstm = new LSTM(3, { returnState: true });

expectTypeOf(dense(dense(x))).toEqualTypeOf<Tensor>();
expectTypeOf(dense(dense(input))).toEqualTypeOf<SymbolicTensor>();
expectTypeOf(dense([[1, 2]])).toEqualTypeOf<Tensor>();
expectTypeOf(lstm<[Tensor, Tensor, Tensor]>(x)).toEqualTypeOf<[Tensor, Tensor, Tensor]>();
// @ts-expect-error a type that is only expected does not change what a call gives
export const text: string = dense(x);
