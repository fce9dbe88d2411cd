import { type Graph, type PrimitiveName } from "@neurite/core";
import { assemblePlan } from "./memory/assemble.ts";
import type { IrNode } from "./ir/node.ts";
import { importGraph } from "./passes/import-graph.ts";
import type { DTypeLowering } from "./passes/lower-dtypes.ts";
import type { Plan } from "./plan/plan.ts";
import { compileProgram } from "./schedule/program.ts";
import { type Result, Sites, Slots } from "./schedule/slots.ts";

/** Passes that can be turned off, to find out which one is to blame. All are on unless said otherwise. */
export interface Passes {
  readonly simplify?: boolean;
  readonly commonSubexpressions?: boolean;
  /** Several operations in one kernel. */
  readonly fusion?: boolean;
  /** State updates written straight into the state's buffer where that is safe. */
  readonly inPlace?: boolean;
  /** Superinstructions, and adjacent axes walked as one. */
  readonly peephole?: boolean;
}

/** Options of compiling a graph to a plan. */
export interface CompileOptions {
  /** Composites that the backend has its own kernels for. Plans have no such kernels yet: all composites are inlined. */
  readonly composites?: ReadonlySet<string>;
  /** Primitives that the backend refuses, with the reason: "is not on the cpu backend yet". */
  readonly unsupported?: ReadonlyMap<PrimitiveName, string>;
  /** Families of dtypes whose structured primitives the backend has no kernels for: they are computed in others. Default: none. */
  readonly lowering?: ReadonlySet<DTypeLowering>;
  /**
   * Most arrays that one kernel may use: inputs, states and outputs count each, and all that lies between as one. At least 6. Default: any number.
   */
  readonly mostMemories?: number;
  readonly passes?: Passes;
}

/**
 * Turns `graph` into a plan: kernels in the order they run, over buffers with fixed places.
 *
 * @throws DeviceError for a primitive that the backend refuses or that has no compiled kernel.
 *
 * @example
 * const { graph } = traceGraph([{ dtype: "float32", shape: [3] }], ([x]) => [build.exp(build.neg(x))]);
 * compileGraph(graph).kernels.length; // 1
 */
export function compileGraph(graph: Graph, options: CompileOptions = {}): Plan {
  const { simplify = true, commonSubexpressions = true, fusion = true, inPlace = true, peephole = true } = options.passes ?? {};
  const ir = importGraph(graph, {
    simplify,
    commonSubexpressions,
    unsupported: options.unsupported ?? new Map(),
    lowering: options.lowering ?? new Set(),
  });
  const slots = new Slots();
  const sites = new Sites();
  for (const node of [...ir.inputs, ...ir.states]) {
    slots.of.set(node, slots.add(node.dtype, node.size, { kind: node.params.kind as "input" | "state", index: node.params.index }));
  }
  const results: Result[] = [
    ...ir.updates.map(({ state, value }): Result => ({
      value,
      place: { kind: "update", of: slots.of.get(ir.states[state] as IrNode) as number },
    })),
    ...ir.outputs.map((value, index): Result => ({ value, place: { kind: "output", index } })),
  ];
  const block = compileProgram(ir.nodes, results, {
    slots,
    sites,
    fusion,
    inPlace,
    peephole,
    mostMemories: options.mostMemories ?? Infinity,
  });
  return assemblePlan(ir, slots, sites, block);
}
