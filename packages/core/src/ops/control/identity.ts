/** Questions about tensors, and values as they are. */
import { type DType, isInteger } from "../../dtypes/dtype.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { type AnyTensor, isTensorBase } from "../../tensor/base.ts";
import type { TensorLike } from "../../tensor/create.ts";
import type { NestedArray } from "../../tensor/nested.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { isRagged, type RaggedTensor } from "../../ragged/ragged-tensor.ts";
import { toDense } from "../../sparse/convert.ts";
import { isSparse, type SparseTensor } from "../../sparse/sparse-tensor.ts";
import { named } from "../../symbolic/define-op.ts";
import { isSymbolic, type SymbolicTensor } from "../../symbolic/symbolic-tensor.ts";
import { dtypeOption, input } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";

/**
 * `x`, treated as a constant by gradients.
 *
 * `variable` has any shape, the result the same.
 *
 * @example
 * ops.stopGradient(tensor([1, 2])); // [1, 2]
 */
export const stopGradient: Op<[variable: TensorLike]> = op(
  "stop_gradient",
  ["variable"],
  (variable: TensorLike) => new Tensor(build.stopGradient(input("stop_gradient", variable, "variable"))),
);

/** A question about one tensor, symbolic or not: it has a name like an op, and is answered at once. */
/* @__NO_SIDE_EFFECTS__ */
function query<F extends (x: never) => unknown>(name: string, answer: F): F {
  return named(name, ["x"], answer);
}

/**
 * The shape of a tensor: an unknown size is null.
 *
 * @example
 * ops.shape(ops.zeros([2, 3])); // [2, 3]
 */
export const shape: (x: TensorLike | SymbolicTensor) => readonly (number | null)[] = query(
  "shape",
  (x: TensorLike | SymbolicTensor): readonly (number | null)[] => shapeOf("shape", x),
);

function shapeOf(name: string, x: TensorLike | SymbolicTensor): readonly (number | null)[] {
  return isSymbolic(x) ? x.shape : input(name, x).shape.map((dim) => (Number.isNaN(dim) ? null : dim));
}

/**
 * The number of axes: 0 for a scalar, 2 for a shape [rows, columns].
 *
 * @example
 * ops.ndim(ops.zeros([2, 3])); // 2
 */
export const ndim: (x: TensorLike | SymbolicTensor) => number = query("ndim", (x: TensorLike | SymbolicTensor): number => {
  return isSymbolic(x) ? x.shape.length : input("ndim", x).shape.length;
});

/**
 * The number of elements, the product of the shape: 6 for [2, 3], 1 for a scalar; null where the size of an axis is not known.
 *
 * @example
 * ops.size(ops.zeros([2, 3])); // 6
 */
export const size: (x: TensorLike | SymbolicTensor) => number | null = query("size", (x: TensorLike | SymbolicTensor): number | null => {
  return shapeOf("size", x).reduce<number | null>((product, dim) => (product === null || dim === null ? null : product * dim), 1);
});

/**
 * The element type of a tensor of any shape, symbolic ones included.
 *
 * @example
 * ops.dtype(ops.zeros([2], { dtype: "int8" })); // "int8"
 */
export const dtype: (x: TensorLike | SymbolicTensor) => DType = query("dtype", (x: TensorLike | SymbolicTensor): DType => {
  return isSymbolic(x) ? x.dtype : input("dtype", x).dtype;
});

/**
 * True for tensors, variables and symbolic tensors of any shape; false for numbers and arrays, though ops take those too.
 *
 * @example
 * ops.isTensor(tensor([1, 2])); // true
 */
export const isTensor: (x: unknown) => x is AnyTensor | SymbolicTensor = query(
  "is_tensor",
  (x: unknown): x is AnyTensor | SymbolicTensor => {
    return isTensorBase(x) || isSymbolic(x);
  },
);

/** Fractions of plain numbers, which integers drop as a cast of a tensor does. */
const hasFraction = (x: unknown): boolean => (Array.isArray(x) ? x.some(hasFraction) : typeof x === "number" && x % 1 !== 0);

function converted(name: string, x: TensorLike, wanted: DType | null | undefined): Tensor {
  const dtype = wanted === undefined || wanted === null ? undefined : dtypeOption(name, wanted, "float32");
  const isRead = isTensorBase(x) || dtype === undefined || (isInteger(dtype) && hasFraction(x));
  const given: Value = input(name, x, "x", isRead ? undefined : dtype);
  return new Tensor(build.cast(given, dtype ?? given.dtype));
}

/** What to convert to. */
export interface ConvertOptions {
  /** Default: the data's own. */
  readonly dtype?: DType | null;
}

/** Options of {@link convertToTensor}. */
export interface ConvertToTensorOptions extends ConvertOptions {
  /** false makes sparse tensors dense. Default null: they stay sparse. */
  readonly sparse?: boolean | null;
  /** false makes ragged tensors dense, padded with 0. Default null: they stay ragged. */
  readonly ragged?: boolean | null;
}

/** The type of {@link convertToTensor}. */
export interface ConvertToTensorOp extends Op<[x: TensorLike, options?: ConvertToTensorOptions]> {
  (x: SparseTensor, options: ConvertToTensorOptions & { readonly sparse: false }): Tensor;
  (x: SparseTensor, options?: ConvertToTensorOptions): SparseTensor;
  (x: RaggedTensor, options: ConvertToTensorOptions & { readonly ragged: false }): Tensor;
  (x: RaggedTensor, options?: ConvertToTensorOptions): RaggedTensor;
}

/**
 * Anything tensor-like as a tensor. Sparse and ragged tensors stay what they are unless an option says false; whether their elements become
 * another dtype or dense, gradients reach them.
 *
 * A tensor keeps its shape, and its dtype unless another is given; nested arrays give the shape of their nesting, ragged tensors [rows,
 * longest, ...inner].
 *
 * @throws ValueError for what is no tensor or numbers, DTypeError for an unknown `dtype`.
 *
 * @example
 * ops.convertToTensor([[1, 2], [3, 4]]).shape; // [2, 2]
 * ops.convertToTensor(sparse.eye(2), { sparse: false }); // [[1, 0], [0, 1]]
 */
export const convertToTensor: ConvertToTensorOp = op(
  "convert_to_tensor",
  ["x"],
  (x: TensorLike | SparseTensor | RaggedTensor, options: ConvertToTensorOptions = {}) => {
    const convert = (elements: TensorLike): Tensor => converted("convert_to_tensor", elements, options.dtype);
    if (isSparse(x)) return options.sparse === false ? convert(toDense(x)) : x.withValues(convert(x.values));
    if (isRagged(x)) return options.ragged === false ? convert(x.toTensor()) : x.withFlatValues(convert(x.flatValues));
    return convert(x);
  },
) as unknown as ConvertToTensorOp;

/**
 * Anything tensor-like as a tensor.
 *
 * The shape is that of the nesting: [2, 2] for two lists of two numbers, [] for a number. Whole or not, plain numbers give float32.
 *
 * @throws ValueError for what is no tensor or numbers, DTypeError for an unknown `dtype`.
 *
 * @example
 * ops.array([[1, 2], [3, 4]]).shape; // [2, 2]
 */
export const array: Op<[x: TensorLike, options?: ConvertOptions]> = op("array", ["x"], (x: TensorLike, options: ConvertOptions = {}) =>
  converted("array", x, options.dtype),
);

/**
 * The elements as nested arrays of numbers, of any shape; a scalar gives the number itself. See {@link Tensor.array}.
 *
 * @example
 * await ops.convertToArray(ops.arange(3)); // [0, 1, 2]
 */
export async function convertToArray(x: TensorLike): Promise<NestedArray> {
  return new Tensor(input("convert_to_array", x)).array();
}
