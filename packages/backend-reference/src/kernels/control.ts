/** Branches, loops and named pieces: kernels that run bodies. */
import { type HostArray, lanes, sizeOf } from "../array.ts";
import type { KernelContext, KernelTable } from "./kernel.ts";

function releaseAll(context: KernelContext, arrays: readonly HostArray[]): void {
  for (const array of arrays) context.arena.release(array);
}

/** Element `index` along the leading axis: the same memory. */
function leadingSlice(context: KernelContext, x: HostArray, index: number): HostArray {
  const shape = x.shape.slice(1);
  const size = sizeOf(shape) * lanes(x.dtype);
  const part = context.arena.alias(x, { dtype: x.dtype, shape });
  return { ...part, data: x.data.subarray(index * size, (index + 1) * size) };
}

export const controlKernels: KernelTable<"cond" | "while" | "scan" | "composite"> = {
  cond: (context, [predicate, ...operands], params) => context.run(predicate.data[0] !== 0 ? params.then : params.otherwise, operands),
  while: (context, inputs, { test, body, carry: count, maxIterations }) => {
    const constants = inputs.slice(count);
    let carry: readonly HostArray[] = inputs.slice(0, count).map((x) => context.arena.retain(x));
    for (let iteration = 0; maxIterations === null || iteration < maxIterations; iteration++) {
      const operands = [...carry, ...constants];
      const [goesOn] = context.run(test, operands);
      const stop = goesOn.data[0] === 0;
      context.arena.release(goesOn);
      if (stop) break;
      const next = context.run(body, operands);
      releaseAll(context, carry);
      carry = next;
    }
    return carry;
  },
  scan: (context, inputs, { body, carry: count, xs: xsCount, length, reverse }, avals) => {
    const xs = inputs.slice(count, count + xsCount);
    const constants = inputs.slice(count + xsCount);
    const stacked = avals.slice(count).map((aval) => context.arena.allocate(aval));
    let carry: readonly HostArray[] = inputs.slice(0, count).map((x) => context.arena.retain(x));
    for (let step = 0; step < length; step++) {
      const at = reverse ? length - 1 - step : step;
      const slices = xs.map((x) => leadingSlice(context, x, at));
      const results = context.run(body, [...carry, ...slices, ...constants]);
      releaseAll(context, slices);
      releaseAll(context, carry);
      carry = results.slice(0, count);
      stacked.forEach((out, i) => {
        const y = results[count + i];
        out.data.set(y.data, at * y.data.length);
        context.arena.release(y);
      });
    }
    return [...carry, ...stacked];
  },
  composite: (context, inputs, { body }) => context.run(body, inputs),
};
