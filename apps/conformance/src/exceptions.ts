/** A kind of case in which neurite knowingly gives something else than Keras on TensorFlow. */
export interface Exception {
  /** What "SET name" starts with. */
  readonly cases: string;
  readonly reason: string;
}

/**
 * Named, justified differences. They hold only for cases in which Keras's own backends disagree, as the data's index says, or whose result is
 * not that of TensorFlow: such a case is
 * shown with its numbers and counts as skipped, not as passed.
 */
const exceptions: readonly Exception[] = [
  {
    cases: "D image.affine_transform/",
    reason: "TensorFlow's gradient of nearest-neighbour sampling is not the derivative of its value; neurite's is",
  },
  {
    cases: "D image.map_coordinates/",
    reason: 'with "reflect" TensorFlow reads other elements than PyTorch; neurite gives the value of PyTorch',
  },
  {
    cases: "A pool",
    reason: "on PyTorch, Keras repeats the edges where padding is uneven, and averages over them; TensorFlow and neurite leave padding out",
  },
  {
    cases: "A average_pool",
    reason: "on PyTorch, Keras repeats the edges where padding is uneven, and averages over them; TensorFlow and neurite leave padding out",
  },
];

/** Why a failing case is let be; null where it is a failure. */
export function exceptionFor(label: string, backendsDisagree: boolean): string | null {
  return (backendsDisagree ? exceptions.find(({ cases }) => label.startsWith(cases))?.reason : undefined) ?? null;
}
