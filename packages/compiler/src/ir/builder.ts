import type { BinaryName, DType, Scope } from "@neurite/core";
import { nodeKey, pairKey } from "../passes/common-subexpressions.ts";
import { type DTypeLowering, lowerDType } from "../passes/lower-dtypes.ts";
import { normalize } from "../passes/normalize.ts";
import { simplify } from "../passes/simplify.ts";
import type { IrNode, IrOp, IrParams } from "./node.ts";
import { sizeOf } from "./node.ts";

export interface BuilderOptions {
  readonly simplify: boolean;
  readonly commonSubexpressions: boolean;
  readonly lowering: ReadonlySet<DTypeLowering>;
}

/**
 * Appends nodes to a program. Simplification and the search for an equal earlier node happen as each node is made, when its
 * operands are final already: one pass over a program, whatever its size.
 */
export class Builder {
  readonly nodes: IrNode[] = [];
  /** Where the nodes being made come from. */
  scope: Scope = { path: "", op: null };
  readonly #options: BuilderOptions;
  readonly #known: Map<string | number, IrNode> = new Map();

  constructor(options: BuilderOptions) {
    this.#options = options;
  }

  /** The node, or a simpler or earlier one of the same value. */
  add<Op extends IrOp>(op: Op, params: IrParams[Op], inputs: readonly IrNode[], dtype: DType, shape: readonly number[]): IrNode {
    let epoch = op === "barrier" ? 1 : 0;
    for (const input of inputs) if (input.epoch >= epoch) epoch = op === "barrier" ? input.epoch + 1 : input.epoch;
    const node = { id: -1, op, params, inputs, dtype, shape, size: sizeOf(shape), scope: this.scope, epoch } as unknown as IrNode;
    const lowered = lowerDType(node, this.#options.lowering, this);
    if (lowered !== null) return lowered;
    const normal = normalize(node, this);
    if (normal !== null) return normal;
    if (this.#options.simplify) {
      const simpler = simplify(node, this);
      if (simpler !== null) return simpler;
    }
    if (this.#options.commonSubexpressions) {
      const key = nodeKey(node);
      if (key !== null) {
        const known = this.#known.get(key);
        if (known !== undefined) return known;
        this.#known.set(key, node);
      }
    }
    (node as { id: number }).id = this.nodes.length;
    this.nodes.push(node);
    return node;
  }

  /** An earlier node that applies a binary op to the same operands, or null. */
  find(op: BinaryName, a: IrNode, b: IrNode): IrNode | null {
    return this.#known.get(pairKey(op, a.id, b.id)) ?? null;
  }

  /** A 0-d constant. */
  constant(value: number | bigint | boolean, dtype: DType): IrNode {
    return this.add("constant", { value, dtype }, [], dtype, []);
  }

  reshape(x: IrNode, shape: readonly number[]): IrNode {
    return this.add("reshape", { shape }, [x], x.dtype, shape);
  }

  broadcast(x: IrNode, shape: readonly number[]): IrNode {
    return this.add("broadcast", { shape }, [x], x.dtype, shape);
  }
}
