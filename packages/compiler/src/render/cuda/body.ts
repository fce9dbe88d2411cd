/** Vector programs as CUDA statements. */
import { type DType, type ReduceOp, isFloating } from "@neurite/core";
import { isBinary } from "../../ir/classify.ts";
import { identityOf } from "../../numbers/scalar.ts";
import type { Body, Instruction, View } from "../../plan/plan.ts";
import { isHalf, literal, loaded, rounded, storageTypes, stored, valueType } from "./types.ts";

/** Names of the parameters that a kernel turned out to need. */
export class Parameters {
  readonly buffers: Set<number> = new Set();
  readonly written: Set<number> = new Set();
  readonly scalars: Map<number, DType> = new Map();
  /** It complains, or must not run after a complaint. */
  status = false;

  /** Element of `view` at `index`, an expression for each axis. */
  element(view: View, index: readonly string[], write = false): string {
    this.buffers.add(view.buffer);
    if (write) this.written.add(view.buffer);
    return `b${view.buffer}[${offsetOf(view.offset, view.strides, index)}]`;
  }
}

/** `base + Σ index·stride` as an expression. */
export function offsetOf(base: number, strides: readonly number[], index: readonly string[]): string {
  const terms = strides.flatMap((stride, axis) =>
    stride === 0 || index[axis] === "0" ? [] : [stride === 1 ? (index[axis] as string) : `${index[axis]} * (I)${stride}`],
  );
  if (base !== 0 || terms.length === 0) terms.unshift(`(I)${base}`);
  return terms.join(" + ");
}

/** Lines that make `shape.length` indices named `prefix0…` of the linear index `linear`, row-major. */
export function unravel(linear: string, shape: readonly number[], prefix: string): { lines: string[]; index: string[] } {
  const lines: string[] = [];
  const index = shape.map((_, axis) => `${prefix}${axis}`);
  let rest = linear;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const dim = shape[axis] as number;
    if (dim === 1) {
      index[axis] = "0";
    } else if (shape.slice(0, axis).every((each) => each === 1)) {
      lines.push(`const I ${prefix}${axis} = ${rest};`);
    } else {
      lines.push(`const I ${prefix}${axis} = ${rest} % ${dim};`);
      lines.push(`const I ${prefix}r${axis} = ${rest} / ${dim};`);
      rest = `${prefix}r${axis}`;
    }
  }
  return { lines, index };
}

export interface BodyContext {
  readonly parameters: Parameters;
  readonly dtypeOf: (buffer: number) => DType;
  /** What the surrounding kernel computed. */
  readonly results?: readonly string[];
  /** Values of row reductions that are known already, by instruction. */
  readonly rowResults?: ReadonlyMap<number, string>;
}

const floatFunctions: Partial<Record<Instruction["op"], string>> = {
  abs: "fabs",
  floor: "floor",
  ceil: "ceil",
  round: "rint",
  exp: "exp",
  expm1: "expm1",
  log: "log",
  log1p: "log1p",
  sin: "sin",
  cos: "cos",
  tanh: "tanh",
  sqrt: "sqrt",
  erf: "erf",
};

/** Statements that declare `prefix<i>` for each instruction in `wanted` (default: all). */
export function renderInstructions(
  body: Body,
  index: readonly string[],
  prefix: string,
  context: BodyContext,
  wanted?: ReadonlySet<number>,
): string[] {
  return body.instructions.flatMap((instruction, i) => {
    if (wanted !== undefined && !wanted.has(i)) return [];
    const lines = checksOf(instruction, prefix, context);
    const known = context.rowResults?.get(i);
    const value = known ?? expression(instruction, body, index, prefix, context);
    return [...lines, `const ${valueType(instruction.dtype)} ${prefix}${i} = ${value};`];
  });
}

/** Instructions that those in `roots` need, themselves included. Row reductions in `known` need nothing. */
export function closure(body: Body, roots: readonly number[], known: ReadonlyMap<number, string> = new Map()): Set<number> {
  const needed = new Set<number>();
  const visit = (i: number): void => {
    if (needed.has(i)) return;
    needed.add(i);
    const instruction = body.instructions[i] as Instruction;
    if (!known.has(i) && "args" in instruction) instruction.args.forEach(visit);
  };
  roots.forEach(visit);
  return needed;
}

/** Statements for the stores. */
export function renderStores(body: Body, index: readonly string[], prefix: string, { parameters, dtypeOf }: BodyContext): string[] {
  return body.stores.map(
    ({ value, view }) => `${parameters.element(view, index, true)} = ${stored(`${prefix}${value}`, dtypeOf(view.buffer))};`,
  );
}

function checksOf(instruction: Instruction, prefix: string, { parameters }: BodyContext): string[] {
  const site = "site" in instruction ? instruction.site : undefined;
  if (site === undefined) return [];
  parameters.status = true;
  const second = `${prefix}${(instruction as { args: readonly number[] }).args[1]}`;
  return [`if (${instruction.op === "check" ? `!${second}` : `${second} == 0`}) nr_fail(status, ${site}u);`];
}

function expression(instruction: Instruction, body: Body, index: readonly string[], prefix: string, context: BodyContext): string {
  const { parameters, dtypeOf, results = [] } = context;
  const name = (i: number): string => `${prefix}${i}`;
  const { dtype } = instruction;
  switch (instruction.op) {
    case "load": {
      const view = body.operands[instruction.operand] as View;
      return loaded(parameters.element(view, index), dtypeOf(view.buffer));
    }
    case "constant":
      return rounded(literal(instruction.value, dtype), dtype);
    case "scalar":
      parameters.scalars.set(instruction.index, dtype);
      return rounded(`s${instruction.index}`, dtype);
    case "index":
      return `(int)(${offsetOf(instruction.base, instruction.strides, index)})`;
    case "random": {
      const key = body.operands[instruction.operand] as View;
      const second = { ...key, offset: key.offset + 1 };
      return `nr_threefry(${parameters.element(key, index)}, ${parameters.element(second, index)}, (unsigned int)${name(instruction.args[0])})`;
    }
    case "result":
      return results[instruction.index] as string;
    case "row_reduce":
      throw new Error("[cuda] a row reduction outside a row kernel");
    case "check":
      return name(instruction.args[0]);
    default: {
      const args = instruction.args.map(name);
      const operand = (body.instructions[instruction.args[0] as number] as Instruction).dtype;
      return rounded(operation(instruction.op, args, dtype, operand), dtype);
    }
  }
}

function operation(op: Instruction["op"], args: readonly string[], dtype: DType, operand: DType): string {
  const [a, b, c] = args as [string, string, string];
  const type = valueType(dtype);
  if (op === "select") return `${a} ? ${b} : ${c}`;
  if (op === "cast") return castTo(a, operand, dtype);
  if (op === "bitcast") return bitcast(a, operand, dtype);
  if (op === "multiply_add") return isFloating(dtype) ? `${suffixed("fma", type)}(${a}, ${b}, ${c})` : `(${type})(${a} * ${b} + ${c})`;
  if (isBinary(op)) return binary(op, a, b, operand);
  if (op === "not") return dtype === "bool" ? `!${a}` : `(${type})~${a}`;
  if (op === "neg") return isFloating(dtype) ? `-${a}` : `(${type})(0 - ${a})`;
  if (op === "sign") return `nr_sign<${type}>(${a})`;
  if (op === "rsqrt") return type === "float" ? `(1.0f / sqrtf(${a}))` : `(1.0 / sqrt(${a}))`;
  if (!isFloating(dtype)) return op === "abs" ? `(${type})(${a} < 0 ? 0 - ${a} : ${a})` : a;
  return `${suffixed(floatFunctions[op] as string, type)}(${a})`;
}

const suffixed = (name: string, type: string): string => (type === "float" ? `${name}f` : name);

function binary(op: Instruction["op"], a: string, b: string, operand: DType): string {
  const type = valueType(operand);
  const floating = isFloating(operand);
  const symbols: Partial<Record<Instruction["op"], string>> = { add: "+", sub: "-", mul: "*", and: "&", or: "|", xor: "^" };
  const symbol = symbols[op];
  if (symbol !== undefined) return `(${type})(${a} ${symbol} ${b})`;
  switch (op) {
    case "eq":
      return `${a} == ${b}`;
    case "lt":
      return `${a} < ${b}`;
    case "le":
      return `${a} <= ${b}`;
    case "div":
      return floating ? `${a} / ${b}` : `nr_div<${type}>(${a}, ${b})`;
    case "rem":
      return floating ? `${suffixed("fmod", type)}(${a}, ${b})` : `nr_rem<${type}>(${a}, ${b})`;
    case "pow":
      return floating ? `${suffixed("pow", type)}(${a}, ${b})` : `nr_power<${type}>(${a}, ${b})`;
    case "atan2":
      return `${suffixed("atan2", type)}(${a}, ${b})`;
    default:
      return `nr_${op}<${type}>(${a}, ${b})`;
  }
}

const ranges: Partial<Record<DType, readonly [string, string]>> = {
  int8: ["(signed char)-128", "(signed char)127"],
  uint8: ["(unsigned char)0", "(unsigned char)255"],
  int32: ["(-2147483647 - 1)", "2147483647"],
  uint32: ["0u", "4294967295u"],
  int64: ["(-9223372036854775807LL - 1)", "9223372036854775807LL"],
};

function castTo(x: string, from: DType, to: DType): string {
  const type = valueType(to);
  if (to === "bool") return `${x} != 0`;
  if (isFloating(from) && !isFloating(to)) {
    const [low, high] = ranges[to] as readonly [string, string];
    return `nr_truncate<${type}>(${x}, ${low}, ${high})`;
  }
  return `(${type})${x}`;
}

function bitcast(x: string, from: DType, to: DType): string {
  const bits = isHalf(from) ? stored(x, from) : x;
  const value = `nr_bits<${storageTypes[to]}>(${bits})`;
  return isHalf(to) ? loaded(value, to) : value;
}

/** The call that combines two values of a reduction. Half types are combined in float32; who takes the result rounds it once. */
export function combined(op: ReduceOp, a: string, b: string, dtype: DType): string {
  return `nr_${op}<${valueType(dtype)}>(${a}, ${b})`;
}

export function identityLiteral(op: ReduceOp, dtype: DType): string {
  if (dtype === "int64" && (op === "max" || op === "min")) return (ranges.int64 as readonly [string, string])[op === "max" ? 0 : 1];
  return literal(identityOf(op, dtype), dtype);
}
