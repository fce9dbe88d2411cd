import type { Body, Instruction, View } from "@neurite/compiler";
import { dtypeCodes, operationCodes, reduceCodes } from "./codes.ts";
import type { WordWriter } from "./writer.ts";

/** buffer, offset, one stride for each axis of the space. */
export function encodeView(writer: WordWriter, view: View): void {
  writer.word(view.buffer);
  writer.wide(view.offset);
  writer.wides(view.strides);
}

/** operands, instructions, stores; each list begins with its length. */
export function encodeBody(writer: WordWriter, body: Body): void {
  writer.word(body.operands.length);
  for (const operand of body.operands) encodeView(writer, operand);
  writer.word(body.instructions.length);
  for (const instruction of body.instructions) encodeInstruction(writer, instruction);
  writer.word(body.stores.length);
  for (const store of body.stores) {
    writer.word(store.value);
    encodeView(writer, store.view);
  }
}

/** operation, dtype, three arguments (-1 where it has fewer), one index; then what the operation alone has. */
function encodeInstruction(writer: WordWriter, instruction: Instruction): void {
  const args = "args" in instruction ? instruction.args : [];
  writer.word(operationCodes.get(instruction.op) as number);
  writer.word(dtypeCodes.get(instruction.dtype) as number);
  for (let i = 0; i < 3; i++) writer.word(i < args.length ? args[i] : -1);
  writer.word(indexOf(instruction));
  if (instruction.op === "constant") {
    if (instruction.dtype === "int64") writer.bits(BigInt(instruction.value));
    else writer.double(Number(instruction.value));
  }
  if (instruction.op === "index") {
    writer.wide(instruction.base);
    writer.wides(instruction.strides);
  }
}

function indexOf(instruction: Instruction): number {
  switch (instruction.op) {
    case "load":
    case "random":
      return (instruction as { operand: number }).operand;
    case "scalar":
    case "result":
      return (instruction as { index: number }).index;
    case "row_reduce":
      return reduceCodes[(instruction as Extract<Instruction, { op: "row_reduce" }>).reduce];
    case "check":
      return (instruction as Extract<Instruction, { op: "check" }>).site;
    case "div":
    case "rem":
      return (instruction as { site?: number }).site ?? -1;
    default:
      return -1;
  }
}
