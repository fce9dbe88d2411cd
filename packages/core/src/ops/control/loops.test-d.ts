import { expectTypeOf } from "vitest";
import { tensor } from "../../tensor/create.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import * as ops from "../index.ts";

const xs = tensor([1, 2, 3]);
const count = tensor(0, { dtype: "int32" });

// What is carried has the type of what it began as, whatever its dtype; numbers are tensors within.
expectTypeOf(ops.scan((sum, x) => [sum.add(x), sum], 0, xs)).toEqualTypeOf<[carry: Tensor, ys: Tensor]>();
expectTypeOf(ops.scan(([i, sum], x) => [[i.add(1), sum.add(x)], null], [count, 0], xs)[0]).toEqualTypeOf<[Tensor, Tensor]>();
expectTypeOf(ops.scan((carry) => [{ h: carry.h.mul(2) }, null], { h: xs }, null, { length: 3 })[0].h).toEqualTypeOf<Tensor>();
expectTypeOf(ops.foriLoop(0, 4, (i, total) => ops.add(total, i), count)).toEqualTypeOf<Tensor>();
expectTypeOf(ops.whileLoop((i) => i.less(3), (i, sum) => [i.add(1), sum.add(i)], [count, count])).toEqualTypeOf<[Tensor, Tensor]>(); // prettier-ignore
expectTypeOf(ops.whileLoop((i) => i.less(3), (i) => i.add(1), 0)).toEqualTypeOf<Tensor>(); // prettier-ignore
expectTypeOf(ops.map((x) => ({ double: x.mul(2) }), xs)).toEqualTypeOf<{ double: Tensor }>();
// @ts-expect-error the body of a scan gives what is carried, and what is stacked
ops.scan((sum: Tensor) => sum, 0, xs);
