import { type Aval, type DType, DTypeError, type Primitive, type PrimitiveName, type PrimitiveParams, primitives } from "@neurite/core";
import type { Fn } from "../samples/run-graph.ts";
import type { Sample } from "../samples/sample.ts";
import type { ValueClass } from "../samples/values.ts";
import type { Accuracy } from "../suite/accuracy.ts";

/** A small graph around one primitive, and data for it. */
export interface PrimitiveCase {
  /** What is special about it: "axes [0,2]", "empty". */
  readonly name: string;
  readonly inputs: readonly Sample[];
  /** Must use nothing but its inputs. */
  readonly fn: Fn;
  /** Replaces the primitive's own. */
  readonly accuracy?: Accuracy;
}

/** What cases are made for. */
export interface CaseContext {
  /** Dtypes that may be used. */
  readonly dtypes: readonly DType[];
  /** Lengths around the widths of vectors. */
  readonly sizes: readonly number[];
  /** Kinds of floating values that may be used. */
  readonly values: ReadonlySet<ValueClass>;
  readonly thorough: boolean;
}

/** Cases of a primitive whose first operand (or result, where it takes none) has `dtype`; none where it does not take that dtype. */
export type CaseGenerator = (dtype: DType, context: CaseContext) => readonly PrimitiveCase[];

/** True if a primitive takes operands of these types, by its own rule. */
export function takes<P extends PrimitiveName>(op: P, params: PrimitiveParams[P], ...inputs: Aval[]): boolean {
  try {
    (primitives[op] as unknown as Primitive<P>).infer(inputs, params);
    return true;
  } catch (error) {
    if (error instanceof DTypeError) return false;
    throw error;
  }
}
