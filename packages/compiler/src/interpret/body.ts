import type { DType } from "@neurite/core";
import { isBinary } from "../ir/classify.ts";
import type { Body, Instruction, LoopKernel } from "../plan/plan.ts";
import { type Memory, indices } from "./memory.ts";
import { binaryNumber, bitcastNumber, castNumber, combine, identityOf, threefryBits, unaryNumber } from "../numbers/scalar.ts";
import type { UnaryName } from "@neurite/core";

/** What a run carries along. */
export interface Run {
  readonly memory: Memory;
  readonly scalars: readonly number[];
  /** Site of the first complaint; -1 while all is well. */
  status: number;
}

const dtypeOf = (body: Body, index: number): DType => (body.instructions[index] as Instruction).dtype;

/** One instruction at one index; `values` holds those before it. */
function execute(
  instruction: Instruction,
  body: Body,
  values: readonly number[],
  index: readonly number[],
  results: readonly number[],
  run: Run,
): number {
  const at = (i: number): number => values[i] as number;
  switch (instruction.op) {
    case "load":
      return run.memory.read(body.operands[instruction.operand] as never, index);
    case "constant":
      return Number(instruction.value);
    case "scalar":
      return run.scalars[instruction.index] as number;
    case "index":
      return index.reduce((sum, position, axis) => sum + position * (instruction.strides[axis] as number), instruction.base);
    case "random": {
      const key = body.operands[instruction.operand] as never;
      return threefryBits(run.memory.read(key, index), run.memory.readAfter(key, index, 1), at(instruction.args[0]));
    }
    case "result":
      return results[instruction.index] as number;
    case "row_reduce":
      throw new Error("[interpret] row_reduce outside a row kernel");
    case "check":
      if (at(instruction.args[1]) === 0 && run.status < 0) run.status = instruction.site;
      return at(instruction.args[0]);
    case "select":
      return at(instruction.args[0] as number) !== 0 ? at(instruction.args[1] as number) : at(instruction.args[2] as number);
    case "cast":
      return castNumber(at(instruction.args[0] as number), dtypeOf(body, instruction.args[0] as number), instruction.dtype);
    case "bitcast":
      return bitcastNumber(at(instruction.args[0] as number), dtypeOf(body, instruction.args[0] as number), instruction.dtype);
    case "multiply_add":
      return at(instruction.args[0] as number) * at(instruction.args[1] as number) + at(instruction.args[2] as number);
    default: {
      const { op, args } = instruction;
      const first = at(args[0] as number);
      if (instruction.site !== undefined && at(args[1] as number) === 0 && run.status < 0) run.status = instruction.site;
      if (isBinary(op)) return binaryNumber(op, first, at(args[1] as number), dtypeOf(body, args[0] as number));
      return unaryNumber(op as UnaryName, first, instruction.dtype);
    }
  }
}

/** The values of all instructions of `body` at one index. */
export function evaluate(body: Body, index: readonly number[], results: readonly number[], run: Run): number[] {
  const values: number[] = [];
  for (const instruction of body.instructions) values.push(execute(instruction, body, values, index, results, run));
  return values;
}

/** {@link evaluate}, then the stores. */
export function runBody(body: Body, index: readonly number[], results: readonly number[], run: Run): void {
  const values = evaluate(body, index, results, run);
  for (const { value, view } of body.stores) run.memory.write(view, index, values[value] as number);
}

export function runLoop(kernel: LoopKernel, run: Run): void {
  if (kernel.row) runRows(kernel, run);
  else for (const index of indices(kernel.shape)) runBody(kernel, index, [], run);
}

/** A row at a time: each instruction over the whole row, then the stores. */
function runRows(kernel: LoopKernel, run: Run): void {
  const length = kernel.shape[kernel.shape.length - 1] as number;
  for (const outer of indices(kernel.shape.slice(0, -1))) {
    const rows: number[][] = Array.from({ length }, () => []);
    for (const instruction of kernel.instructions) {
      if (instruction.op === "row_reduce") {
        const result = rows.reduce(
          (sum, values) => combine(instruction.reduce, sum, values[instruction.args[0]] as number, instruction.dtype),
          identityOf(instruction.reduce, instruction.dtype),
        );
        for (const values of rows) values.push(result);
      } else {
        rows.forEach((values, i) => values.push(execute(instruction, kernel, values, [...outer, i], [], run)));
      }
    }
    rows.forEach((values, i) => {
      for (const { value, view } of kernel.stores) run.memory.write(view, [...outer, i], values[value] as number);
    });
  }
}
