/** Which kind of work each op is. */
import type { BinaryName, UnaryName } from "@neurite/core";
import type { IrNode, IrOp } from "./node.ts";

const unaryNames = {
  neg: true,
  abs: true,
  sign: true,
  floor: true,
  ceil: true,
  round: true,
  exp: true,
  expm1: true,
  log: true,
  log1p: true,
  sin: true,
  cos: true,
  tanh: true,
  sqrt: true,
  rsqrt: true,
  erf: true,
  not: true,
  real: true,
  imag: true,
} satisfies Record<UnaryName, true>;

const binaryNames = {
  add: true,
  sub: true,
  mul: true,
  div: true,
  rem: true,
  pow: true,
  max: true,
  min: true,
  atan2: true,
  eq: true,
  lt: true,
  le: true,
  and: true,
  or: true,
  xor: true,
  shl: true,
  shr: true,
  complex: true,
} satisfies Record<BinaryName, true>;

const elementwise: ReadonlySet<IrOp> = new Set<IrOp>([
  ...(Object.keys(unaryNames) as UnaryName[]),
  ...(Object.keys(binaryNames) as BinaryName[]),
  "select",
  "cast",
  "bitcast",
  "check",
]);

/** Made anew at each element from nothing but its index. */
const generators: ReadonlySet<IrOp> = new Set<IrOp>(["constant", "iota", "random_bits"]);

/** Index maps over their operand. `barrier` is the identity once rewriting is over. */
const views: ReadonlySet<IrOp> = new Set<IrOp>(["reshape", "transpose", "broadcast", "slice", "flip", "barrier"]);

/** Elementwise ops that cost about as much as loading a value would. */
const cheap: ReadonlySet<IrOp> = new Set<IrOp>([
  "neg",
  "abs",
  "sign",
  "floor",
  "ceil",
  "round",
  "not",
  "add",
  "sub",
  "mul",
  "max",
  "min",
  "eq",
  "lt",
  "le",
  "and",
  "or",
  "xor",
  "select",
  "cast",
  "bitcast",
  "real",
  "imag",
  "complex",
]);

export const isUnary = (op: string): op is UnaryName => Object.hasOwn(unaryNames, op);
export const isBinary = (op: string): op is BinaryName => Object.hasOwn(binaryNames, op);
export const isElementwise = (node: IrNode): boolean => elementwise.has(node.op);
export const isGenerator = (node: IrNode): boolean => generators.has(node.op);
export const isView = (node: IrNode): boolean => views.has(node.op);
export const isCheap = (node: IrNode): boolean => cheap.has(node.op);

/** True for placeholders that are memory: graph inputs and states. */
export function isMemoryParameter(node: IrNode): boolean {
  return node.op === "parameter" && node.params.kind !== "scalar";
}
