/** Arithmetic on shapes and strides. A *space* is a shape without axes of size 1: what a kernel iterates over. */

/** Row-major strides of `shape`, in elements. */
export function contiguousStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis] as number;
  }
  return strides;
}

/** `shape` without its axes of size 1. */
export function spaceOf(shape: readonly number[]): readonly number[] {
  return shape.includes(1) ? shape.filter((dim) => dim !== 1) : shape;
}

export function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/**
 * The coarsest space that splits the axes of both `a` and `b`, or null when they cut at places that do not nest:
 * [6, 4] and [2, 12] give [2, 3, 4]; [6, 4] and [8, 3] give null. Both must have the same number of elements.
 */
export function refine(a: readonly number[], b: readonly number[]): readonly number[] | null {
  if (sameNumbers(a, b)) return a;
  const result: number[] = [];
  let i = a.length - 1;
  let j = b.length - 1;
  let restA = i >= 0 ? (a[i] as number) : 1;
  let restB = j >= 0 ? (b[j] as number) : 1;
  while (i >= 0 && j >= 0) {
    if (restA === restB) {
      if (restA !== 1) result.push(restA);
      i--;
      j--;
      restA = i >= 0 ? (a[i] as number) : 1;
      restB = j >= 0 ? (b[j] as number) : 1;
    } else if (restA < restB) {
      if (restB % restA !== 0) return null;
      if (restA !== 1) result.push(restA);
      restB /= restA;
      i--;
      restA = i >= 0 ? (a[i] as number) : 1;
    } else {
      if (restA % restB !== 0) return null;
      if (restB !== 1) result.push(restB);
      restA /= restB;
      j--;
      restB = j >= 0 ? (b[j] as number) : 1;
    }
  }
  if (restA !== 1 && i >= 0) result.push(restA);
  if (restB !== 1 && j >= 0) result.push(restB);
  return result.reverse();
}

/**
 * Which adjacent axes of `shape` can be walked as one under every stride vector: merges outer axis i and inner axis i + 1
 * where `strides[i] = strides[i + 1] * shape[i + 1]` for all. `mayMerge(i)` can forbid a pair. Gives runs of axes.
 */
export function mergeableRuns(
  shape: readonly number[],
  strides: readonly (readonly number[])[],
  mayMerge: (outer: number) => boolean = () => true,
): number[][] {
  const runs: number[][] = [];
  for (let axis = 0; axis < shape.length; axis++) {
    const inner = shape[axis] as number;
    const run = runs[runs.length - 1];
    const fits =
      run !== undefined &&
      mayMerge(axis - 1) &&
      strides.every((vector) => (vector[axis - 1] as number) === (vector[axis] as number) * inner);
    if (fits) run.push(axis);
    else runs.push([axis]);
  }
  return runs;
}

/** Sizes of the axes that {@link mergeableRuns} found. */
export function mergeShape(shape: readonly number[], runs: readonly (readonly number[])[]): number[] {
  return runs.map((run) => run.reduce((product, axis) => product * (shape[axis] as number), 1));
}

/** Strides along those axes: those of each run's innermost one. */
export function mergeStrides(strides: readonly number[], runs: readonly (readonly number[])[]): number[] {
  return runs.map((run) => strides[run[run.length - 1] as number] as number);
}

/** Strides over `space` made strides over `finer`, which splits its axes. */
export function splitStrides(strides: readonly number[], space: readonly number[], finer: readonly number[]): number[] {
  const result = new Array<number>(finer.length);
  let position = finer.length - 1;
  for (let axis = space.length - 1; axis >= 0; axis--) {
    let inner = 1;
    while (inner < (space[axis] as number)) {
      result[position] = (strides[axis] as number) * inner;
      inner *= finer[position--] as number;
    }
  }
  return result;
}

/** Strides over `finer` made strides over `space`, whose axes it splits; null where an axis is not walked evenly. */
export function joinStrides(strides: readonly number[], finer: readonly number[], space: readonly number[]): number[] | null {
  const result: number[] = [];
  let position = 0;
  for (const dim of space) {
    const start = position;
    let size = 1;
    while (size < dim) size *= finer[position++] as number;
    if (position === start) {
      result.push(0);
      continue;
    }
    const stride = collapse(finer.slice(start, position), strides.slice(start, position));
    if (stride === null) return null;
    result.push(stride);
  }
  return result;
}

/** One stride that walks all of `shape` in row-major order through `strides`, or null if there is none. */
export function collapse(shape: readonly number[], strides: readonly number[]): number | null {
  let stride: number | null = null;
  let next = 0;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const dim = shape[axis] as number;
    if (dim === 1) continue;
    if (stride === null) stride = strides[axis] as number;
    else if ((strides[axis] as number) !== next) return null;
    next = (strides[axis] as number) * dim;
  }
  return stride ?? 0;
}
