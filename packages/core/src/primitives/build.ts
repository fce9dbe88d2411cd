/**
 * Functions that append one primitive (or a few) to the graph: the vocabulary of gradient rules and ops.
 * They take values of exact dtypes; elementwise ones broadcast. A plain number becomes a constant of the other operand's dtype.
 */
export * from "./build/arrays.ts";
export * from "./build/elementwise.ts";
export * from "./build/matrices.ts";
export * from "./build/structured.ts";
