import type { Backend, DType, PrimitiveName } from "@neurite/core";
import type { ValueClass } from "../samples/values.ts";
import type { Accuracy } from "./accuracy.ts";

/**
 * What the suite consists of.
 * - `primitives`: each primitive in each dtype: shapes, sizes, views, edge values.
 * - `gradients`: first and second derivatives of each primitive, against those of the oracle (which agree with central differences).
 * - `programs`: random graphs of all primitives, whole and node by node, and random tensor programs in every mode.
 * - `contract`: storages, state, updates, errors, as the Backend interface promises.
 * - `engine`: laziness, tracing, one call a training step, no growth of memory.
 */
export const suiteParts = ["primitives", "gradients", "programs", "contract", "engine"] as const;
/** A part of the suite that can be run alone. */
export type SuitePart = (typeof suiteParts)[number];

/** Options of the suite that every backend must pass. */
export interface SuiteOptions {
  /** Default: all. */
  readonly parts?: readonly SuitePart[];
  /** Default: those of the backend's capabilities. */
  readonly dtypes?: readonly DType[];
  /** Lengths tried; default 1 to 65, around the widths of all vectors. */
  readonly sizes?: readonly number[];
  /** Kinds of floating values that the device keeps. Default: all. */
  readonly values?: readonly ValueClass[];
  /** For devices that promise less than IEEE 754: replaces the accuracy asked of primitives, in all dtypes or in one ("div/complex64"). */
  readonly accuracy?: Partial<Record<PrimitiveName | `${PrimitiveName}/${DType}`, Accuracy>>;
  /** Results below the smallest normal number may be zero, and so may what is computed on the way. Default false. */
  readonly flushesDenormals?: boolean;
  /** More sizes, permutations and programs: minutes instead of seconds. Default false. */
  readonly thorough?: boolean;
  /** Random programs of each kind. Default 40, or 1000 if thorough. */
  readonly programs?: number;
  /** Where random programs begin; default 1. */
  readonly seed?: number;
  /** The beginnings of the names of tests to run ("primitives/dot"). Default: all. */
  readonly only?: readonly string[];
  /** Known shortcomings: the beginning of the tests' names ("primitives/dot/int8") and why. They are reported as skipped. */
  readonly skip?: Readonly<Record<string, string>>;
  /** Milliseconds for each test; default 60,000. */
  readonly timeout?: number;
}

/** One test of the suite. */
export interface SuiteTest {
  /** "primitives/add/float32" */
  readonly name: string;
  readonly part: SuitePart;
  /** Rejects where the backend is wrong, with {@link NotApplicable} where there is nothing to test. */
  readonly run: () => Promise<void>;
}

/** Makes the backend under test; called again where a test wants one for itself. */
export type MakeBackend = () => Backend | Promise<Backend>;

/** Thrown by a test that the backend need not pass: it lists what it lacks in its capabilities. */
export class NotApplicable extends Error {
  override name = "NotApplicable";
}
