import type { DType, ReduceOp } from "@neurite/core";
import { isBinary, isUnary } from "../ir/classify.ts";
import { identityOf } from "../numbers/scalar.ts";
import type { Body, Instruction } from "../plan/plan.ts";
import { type Writer, linear } from "./writer.ts";

/** Values of instructions by number, as names. */
export type Values = (string | undefined)[];

const binaryOf = { sum: "add", prod: "mul", max: "max", min: "min" } as const;

/** Two partial results of a reduction as one. */
export function combined(writer: Writer, op: ReduceOp, dtype: DType, a: string, b: string): string {
  const isLogical = dtype === "bool" && (op === "max" || op === "min");
  if (isLogical) return writer.dialect.binary(op === "max" ? "or" : "and", "bool", a, b);
  return writer.dialect.binary(binaryOf[op], dtype, a, b);
}

export function identity(writer: Writer, op: ReduceOp, dtype: DType): string {
  return writer.dialect.literal(identityOf(op, dtype), dtype);
}

/** Numbers of the instructions that `roots` need, in order; stops at those in `known`. */
export function needed(body: Body, roots: readonly number[], known: Values = []): number[] {
  const marked = new Set<number>();
  const visit = (i: number): void => {
    if (marked.has(i) || known[i] !== undefined) return;
    marked.add(i);
    const instruction = body.instructions[i] as Instruction;
    if ("args" in instruction && instruction.op !== "row_reduce") instruction.args.forEach(visit);
  };
  roots.forEach(visit);
  return [...marked].sort((a, b) => a - b);
}

/** Instructions that may fail. */
export function checksOf(body: Body): number[] {
  return body.instructions.flatMap((instruction, i) => ("site" in instruction && instruction.site !== undefined ? [i] : []));
}

/** Roots of a body: what is stored, and what may fail. */
function rootsOf(body: Body): number[] {
  return [...new Set([...body.stores.map(({ value }) => value), ...checksOf(body)])];
}

/** Writes the instructions `which` at `index`; values that are known already are taken from `values`, new ones put there. */
export function writeInstructions(
  writer: Writer,
  body: Body,
  which: readonly number[],
  index: readonly string[],
  values: Values,
  results: readonly string[] = [],
): void {
  for (const i of which) {
    const instruction = body.instructions[i] as Instruction;
    values[i] = writeInstruction(writer, body, instruction, index, values, results);
  }
}

function writeInstruction(
  writer: Writer,
  body: Body,
  instruction: Instruction,
  index: readonly string[],
  values: Values,
  results: readonly string[],
): string {
  const { dialect } = writer;
  const args = "args" in instruction ? instruction.args.map((arg) => values[arg] as string) : [];
  const [a, b, c] = args as [string, string, string];
  const dtypeOf = (place: number): DType =>
    (body.instructions[(instruction as { readonly args: readonly number[] }).args[place] as number] as Instruction).dtype;
  const named = (text: string): string => writer.value(instruction.dtype, text);
  switch (instruction.op) {
    case "load":
      return named(writer.load(body.operands[instruction.operand] as Body["operands"][number], index));
    case "constant":
      return named(dialect.literal(instruction.value, instruction.dtype));
    case "scalar":
      return named(writer.scalar(instruction.index, instruction.dtype));
    case "index":
      return named(dialect.fromIndex(linear(instruction.base, instruction.strides, index)));
    case "random": {
      const key = body.operands[instruction.operand] as Body["operands"][number];
      return named(dialect.threefry(writer.load(key, index), writer.load(key, index, 1), asUnsigned(writer, a, dtypeOf(0))));
    }
    case "result":
      return results[instruction.index] as string;
    case "row_reduce":
      throw new Error("row_reduce is written by its row");
    case "check":
      writer.status = true;
      writer.block(`if (!(${b}))`, () => writer.line(dialect.fail(instruction.site)));
      return a;
    case "select":
      return named(dialect.select(a, b, c));
    case "cast":
      return named(dialect.cast(a, dtypeOf(0), instruction.dtype));
    case "bitcast":
      return named(dialect.bitcast(a, dtypeOf(0), instruction.dtype));
    case "multiply_add":
      return named(dialect.multiplyAdd(instruction.dtype, a, b, c));
    default:
      if (instruction.site !== undefined) {
        const { site } = instruction;
        writer.status = true;
        writer.block(`if (${dialect.binary("eq", dtypeOf(0), b, dialect.literal(0, dtypeOf(0)))})`, () => writer.line(dialect.fail(site)));
      }
      if (isBinary(instruction.op)) return named(dialect.binary(instruction.op, dtypeOf(0), a, b));
      if (isUnary(instruction.op)) return named(dialect.unary(instruction.op, dtypeOf(0), a));
      throw new Error(`no such instruction: ${JSON.stringify(instruction)}`);
  }
}

function asUnsigned(writer: Writer, value: string, dtype: DType): string {
  return dtype === "uint32" ? value : writer.dialect.bitcast(value, dtype, "uint32");
}

/** The whole body at `index`: every value first, then the stores. */
export function writeBody(writer: Writer, body: Body, index: readonly string[], results: readonly string[] = []): void {
  const values: Values = [];
  writeInstructions(writer, body, needed(body, rootsOf(body)), index, values, results);
  for (const { value, view } of body.stores) writer.store(view, index, values[value] as string);
}
