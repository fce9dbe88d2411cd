import { digits } from "neurite/datasets";
import { ops, random, setSeed, type Tensor } from "neurite";

/** Eight features [samples, 8], standard normal, and a target [samples, 1] that is partly linear in them and partly not. */
export function regression(samples = 320): { readonly x: Tensor; readonly y: Tensor } {
  setSeed(42);
  const x = random.normal([samples, 8]);
  const column = (i: number): Tensor => ops.slice(x, [0, i], [samples, 1]);
  return {
    x,
    y: column(0)
      .add(ops.multiply(column(1), column(2)).mul(0.5))
      .sub(ops.tanh(column(3))),
  };
}

/** A few of the handwritten digits: images [samples, 28, 28] in 0…1, classes [samples]. */
export async function someDigits(samples: number): Promise<{ readonly x: Tensor; readonly y: Tensor }> {
  const { train } = await digits.loadData();
  return { x: ops.slice(train.x, [0, 0, 0], [samples, 28, 28]), y: ops.slice(train.y, [0], [samples]) };
}

/** Features 0…4 for the wide path, 2…7 for the deep one. */
export function wideAndDeep(x: Tensor): [wide: Tensor, deep: Tensor] {
  const samples = x.shape[0] as number;
  return [ops.slice(x, [0, 0], [samples, 5]), ops.slice(x, [0, 2], [samples, 6])];
}

/** The first and the last of a list of numbers. */
export function ends(values: readonly number[] | undefined): [first: number, last: number] {
  return [values?.[0] as number, values?.at(-1) as number];
}
