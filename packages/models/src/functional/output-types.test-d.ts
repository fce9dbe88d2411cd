import type { SymbolicTensor, Tensor } from "@neurite/core";
import { Dense, Input } from "@neurite/layers";
import { expectTypeOf } from "vitest";
import { Model, Sequential } from "../index.ts";

declare const x: Tensor;
const input = Input({ shape: [3] });
const a = new Dense(1)(input);
const b = new Dense(2)(input);

const single = new Model({ inputs: input, outputs: a });
expectTypeOf(single.predict(x)).resolves.toEqualTypeOf<Tensor>();
expectTypeOf(single.predictOnBatch(x)).toEqualTypeOf<Tensor>();
expectTypeOf(single(x)).toEqualTypeOf<Tensor>();
expectTypeOf(single(input)).toEqualTypeOf<SymbolicTensor>();

const list = new Model({ inputs: { x: input }, outputs: [a, b] });
expectTypeOf(list.predict(x)).resolves.toEqualTypeOf<[Tensor, Tensor]>();
expectTypeOf(list({ x })).toEqualTypeOf<[Tensor, Tensor]>();
expectTypeOf(list({ x: input })).toEqualTypeOf<[SymbolicTensor, SymbolicTensor]>();

const named = new Model({ inputs: [input], outputs: { price: a, parts: [a, b] } });
expectTypeOf(named.predict(x)).resolves.toEqualTypeOf<{ price: Tensor; parts: [Tensor, Tensor] }>();
expectTypeOf(named.predict<{ price: Tensor }>(x)).resolves.toEqualTypeOf<{ price: Tensor }>();

expectTypeOf(new Sequential([new Dense(1)]).predict(x)).resolves.toEqualTypeOf<Tensor>();
expectTypeOf(new Model({ inputs: input as unknown, outputs: a as unknown }).predict(x)).resolves.toEqualTypeOf<Tensor>();

class Pair extends Model<{ mean: Tensor; spread: Tensor }> {
  override call(inputs: Tensor): { mean: Tensor; spread: Tensor } {
    return { mean: inputs, spread: inputs };
  }
}
expectTypeOf(new Pair().predict(x)).resolves.toEqualTypeOf<{ mean: Tensor; spread: Tensor }>();

// Whatever they give, they are models.
export const models: Model[] = [single, list, named, new Pair(), new Sequential()];
// @ts-expect-error a type that is only expected does not change what a model gives
export const wrong: Promise<[Tensor, Tensor]> = single.predict(x);
