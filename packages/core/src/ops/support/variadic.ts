import { ValueError } from "../../errors.ts";
import type { SymbolicTensor } from "../../symbolic/symbolic-tensor.ts";
import { defineOp } from "../../symbolic/define-op.ts";
import { isTensorBase } from "../../tensor/base.ts";
import { isSymbolic } from "../../symbolic/symbolic-tensor.ts";
import type { TensorLike } from "../../tensor/create.ts";

/** More operands than anybody writes; symbolic calls record that many positional arguments at most. */
const most = 64;

function isOptions(x: unknown): boolean {
  return typeof x === "object" && x !== null && !Array.isArray(x) && !ArrayBuffer.isView(x) && !isTensorBase(x) && !isSymbolic(x);
}

/** An op with any number of operands after its first parameters, and options that may follow them. */
export interface VariadicOp<H extends readonly unknown[], O, R, S> {
  (...args: [...H, ...TensorLike[]]): R;
  (...args: [...H, ...TensorLike[], O]): R;
  (...args: [...H, ...(TensorLike | SymbolicTensor)[]]): S;
  (...args: [...H, ...(TensorLike | SymbolicTensor)[], O]): S;
}

/** Makes a {@link VariadicOp}: `implementation` gets all operands in an array and the options. */
/* @__NO_SIDE_EFFECTS__ */
export function variadicOp<H extends readonly unknown[], O, R, S>(
  name: string,
  head: readonly string[],
  rest: string,
  implementation: (head: H, operands: readonly TensorLike[], options: Partial<O>) => R,
): VariadicOp<H, O, R, S> {
  const params = [...head, ...new Array<string>(most).fill(rest)];
  const call = (...args: readonly unknown[]): R => {
    const given = args.filter((arg) => arg !== undefined);
    let end = given.length;
    // A symbolic replay appends an empty object after options of its own.
    let options = {};
    while (end > head.length && isOptions(given[end - 1])) options = { ...(given[--end] as object), ...options };
    const operands = given.slice(head.length, end) as unknown as readonly TensorLike[];
    if (operands.length === 0) throw new ValueError(`[${name}] needs at least one operand: received none`);
    return implementation(given.slice(0, head.length) as unknown as H, operands, options);
  };
  return defineOp(name, params, call) as unknown as VariadicOp<H, O, R, S>;
}
