import type { Backend, Graph, PrimitiveName } from "@neurite/core";
import type { CaseContext } from "../primitives/case.ts";
import type { Accuracy } from "./accuracy.ts";
import { type MakeBackend, NotApplicable, type SuiteOptions } from "./options.ts";

/** What the tests of a suite work on. */
export interface SuiteSetting extends CaseContext {
  readonly backend: Backend;
  readonly make: MakeBackend;
  /** Results are held to this backend's. */
  readonly oracle: Backend;
  readonly accuracies: Readonly<Record<PrimitiveName, Accuracy>> & NonNullable<SuiteOptions["accuracy"]>;
  readonly flushesDenormals: boolean;
  readonly programs: number;
  readonly seed: number;
}

/** Every primitive and dtype in a graph, bodies included. */
export function contentsOf(graph: Graph): { readonly ops: ReadonlySet<PrimitiveName>; readonly dtypes: ReadonlySet<string> } {
  const ops = new Set<PrimitiveName>();
  const dtypes = new Set<string>(graph.inputs.map(({ dtype }) => dtype));
  const visit = ({ nodes }: Graph): void => {
    for (const { op, params, outputs } of nodes) {
      ops.add(op);
      for (const { dtype } of outputs) dtypes.add(dtype);
      for (const value of Object.values(params)) if (typeof value === "object" && value !== null && "nodes" in value) visit(value as Graph);
    }
  };
  visit(graph);
  return { ops, dtypes };
}

/** Throws {@link NotApplicable} for a graph that needs what the backend says it lacks. */
export function requireSupport(backend: Backend, graph: Graph): void {
  const { ops, dtypes } = contentsOf(graph);
  for (const op of ops) {
    const reason = backend.capabilities.unsupported.get(op);
    if (reason !== undefined) throw new NotApplicable(`${op}: ${reason}`);
  }
  for (const dtype of dtypes)
    if (!backend.capabilities.dtypes.has(dtype as never)) throw new NotApplicable(`no ${dtype} on ${backend.name}`);
}
