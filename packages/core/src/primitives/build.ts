/**
 * Functions that append one primitive (or a few) to the graph: the vocabulary of gradient rules and ops.
 * They take values of exact dtypes; elementwise ones broadcast. A plain number becomes a constant of the other operand's dtype.
 */
export * from "./builders/arrays.ts";
export * from "./builders/elementwise.ts";
export * from "./builders/matrices.ts";
export * from "./builders/structured.ts";
