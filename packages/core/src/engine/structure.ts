/**
 * The structure of a pending graph as a key: two graphs with the same structure run the same program.
 * Values are numbered as they come; scalar constants are left out (they are passed at run time) unless the optimizer can use them.
 */
import { nextStamp, type Node, type Value } from "../graph/value.ts";
import { intern, KeyWriter, putNode } from "./key-writer.ts";

/** Constants the simplifier has rules for; making one of them an input would lose the rule. */
function isSpecial(value: number): boolean {
  return value === 0 || value === 1 || value === -1 || value === 2 || value === 0.5 || !Number.isFinite(value);
}

const mark = { leaf: -101, lifted: -102, outputs: -103 } as const;

export interface Structure {
  /** Holds the key until the next graph is looked at. */
  readonly key: KeyWriter;
  /** Concrete leaves in order of first use: the program's inputs. */
  readonly leaves: readonly Value[];
  /** Constants passed at run time. */
  readonly lifted: readonly Value[];
}

const key = new KeyWriter();

/** Numbers a pending graph. `outputs` are what it is asked for, in order. */
export function structureOf(nodes: readonly Node[], outputs: readonly Value[]): Structure {
  const stamp = nextStamp();
  const leaves: Value[] = [];
  const lifted: Value[] = [];
  let count = 0;
  key.start();

  // Whole-number exponents stay in the program: powers by multiplication.
  let exponents: Set<Value> | null = null;
  for (const node of nodes) if (node.op === "pow") (exponents ??= new Set()).add(node.inputs[1] as Value);

  const define = (value: Value): void => {
    value.stamp = stamp;
    value.slot = count++;
  };
  const operand = (value: Value): void => {
    if (value.stamp === stamp) return;
    define(value);
    leaves.push(value);
    key.put(mark.leaf);
    key.put(intern(value.dtype));
    key.putShape(value.shape);
  };
  for (const node of nodes) {
    const { inputs } = node;
    if (node.op === "constant") {
      const { value, dtype } = (node as Node<"constant">).params;
      const output = node.outputs[0] as Value;
      const isLifted =
        typeof value === "number" && !isSpecial(value) && dtype !== "complex64" && !(Number.isInteger(value) && exponents?.has(output));
      if (isLifted) {
        lifted.push(output);
        define(output);
        key.put(mark.lifted);
        key.put(intern(dtype));
        continue;
      }
    }
    for (let i = 0; i < inputs.length; i++) operand(inputs[i] as Value);
    putNode(key, node);
    key.put(inputs.length);
    for (let i = 0; i < inputs.length; i++) key.put((inputs[i] as Value).slot);
    for (let i = 0; i < node.outputs.length; i++) define(node.outputs[i] as Value);
  }
  key.put(mark.outputs);
  for (const output of outputs) {
    operand(output);
    key.put(output.slot);
  }
  return { key, leaves, lifted };
}
