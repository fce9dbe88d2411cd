/** Axes of a weight that stand for inputs and outputs, where they are not the last two. */
export interface FanAxes {
  readonly inputAxes: readonly number[] | null;
  readonly outputAxes: readonly number[] | null;
}

/**
 * How many inputs a unit of this weight has, and how many outputs an input reaches: [inputs, outputs] for a matrix; kernels of
 * convolutions [...window, inputs, outputs] count each place of the window.
 */
export function computeFans(shape: readonly number[], { inputAxes, outputAxes }: FanAxes): { fanIn: number; fanOut: number } {
  const product = (dims: readonly number[]): number => dims.reduce((total, dim) => total * dim, 1);
  if (inputAxes !== null && outputAxes !== null) {
    const sizes = (axes: readonly number[]): number => product(axes.map((axis) => shape.at(axis) as number));
    return { fanIn: sizes(inputAxes), fanOut: sizes(outputAxes) };
  }
  if (shape.length < 2) return { fanIn: shape[0] ?? 1, fanOut: shape[0] ?? 1 };
  const window = product(shape.slice(0, -2));
  return { fanIn: window * (shape.at(-2) as number), fanOut: window * (shape.at(-1) as number) };
}
