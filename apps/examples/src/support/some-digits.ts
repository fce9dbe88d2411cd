import { ops, type Tensor } from "neurite";
import { digits } from "neurite/datasets";

export interface Images {
  /** [samples, 28, 28], in 0…1. */
  readonly x: Tensor;
  /** Classes, [samples]. */
  readonly y: Tensor;
}

/** The handwritten digits of some classes: the first `samples` to train on, and some of the held ones to test on. Classes are counted from the least. */
export async function someDigits(
  classes: readonly number[],
  samples: number,
  testSamples: number,
): Promise<{ train: Images; test: Images }> {
  const { train, test } = await digits.loadData();
  const least = Math.min(...classes);
  const choose = async ({ x, y }: Images, count: number): Promise<Images> => {
    const labels = await y.data();
    const indices = Array.from(labels, (label, i) => (classes.includes(Number(label)) ? i : -1)).filter((i) => i >= 0).slice(0, count); // prettier-ignore
    return { x: ops.take(x, indices, { axis: 0 }), y: ops.subtract(ops.take(y, indices, { axis: 0 }), least) };
  };
  return { train: await choose(train, samples), test: await choose(test, testSamples) };
}
