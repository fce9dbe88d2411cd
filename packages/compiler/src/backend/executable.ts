import type { Executable, Graph } from "@neurite/core";
import type { Plan } from "../plan/plan.ts";
import { printPlan } from "../plan/print.ts";

/**
 * An executable that runs a plan: what all of these have in common, for backends to extend.
 *
 * @example
 * class MyExecutable extends PlanExecutable {}
 * new MyExecutable(graph, compileGraph(graph)).describe(); // the plan as text
 */
export class PlanExecutable implements Executable {
  readonly graph: Graph;
  readonly plan: Plan;

  constructor(graph: Graph, plan: Plan) {
    this.graph = graph;
    this.plan = plan;
  }

  get workspaceBytes(): number {
    return this.plan.arenaBytes;
  }

  /** The plan as text. */
  describe(): string {
    return printPlan(this.plan);
  }
}
