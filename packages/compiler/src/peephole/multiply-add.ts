import type { DType } from "@neurite/core";
import type { Body, Instruction } from "../plan/plan.ts";

const fusible: ReadonlySet<DType> = new Set<DType>(["float32", "float64"]);

/**
 * a * b + c as one instruction, where nothing else needs the product. Devices may round once or twice: the difference is within
 * the last place of the product. Not for 16-bit floats, where that place is large.
 */
export function fuseMultiplyAdd(body: Body): Body {
  const { instructions } = body;
  if (!instructions.some((instruction) => instruction.op === "mul")) return body;
  const uses = new Array<number>(instructions.length).fill(0);
  for (const instruction of instructions) {
    if (!("args" in instruction)) continue;
    const { args } = instruction;
    for (let i = 0; i < args.length; i++) uses[args[i] as number] = (uses[args[i] as number] as number) + 1;
  }
  for (const { value } of body.stores) uses[value] = Infinity;

  const isLoneProduct = (i: number): boolean => (instructions[i] as Instruction).op === "mul" && uses[i] === 1;
  const fused = instructions.map((instruction): Instruction => {
    const { op, dtype } = instruction;
    if (op !== "add" || !fusible.has(dtype)) return instruction;
    const [left, right] = instruction.args as [number, number];
    const factor = isLoneProduct(left) ? left : right;
    if (!isLoneProduct(factor)) return instruction;
    uses[factor] = 0;
    const [a, b] = (instructions[factor] as { readonly args: readonly number[] }).args as [number, number];
    return { op: "multiply_add", dtype, args: [a, b, factor === left ? right : left] };
  });
  return withoutUnused({ operands: body.operands, instructions: fused, stores: body.stores }, uses);
}

/** Leaves out the products that became part of others. */
function withoutUnused(body: Body, uses: readonly number[]): Body {
  const place: number[] = [];
  const instructions: Instruction[] = [];
  body.instructions.forEach((instruction, i) => {
    if (instruction.op === "mul" && uses[i] === 0) return;
    place[i] = instructions.length;
    const stays = !("args" in instruction) || instruction.args.every((arg) => place[arg] === arg);
    instructions.push(stays ? instruction : ({ ...instruction, args: instruction.args.map((arg) => place[arg] as number) } as Instruction));
  });
  if (instructions.length === body.instructions.length) return body;
  return {
    operands: body.operands,
    instructions,
    stores: body.stores.map(({ value, view }) => ({ value: place[value] as number, view })),
  };
}
