import { type Plan, printPlan } from "@neurite/compiler";
import type { Executable, Graph, Program } from "@neurite/core";
import type { Handle } from "./native.ts";
import type { CudaStorage } from "./storage.ts";

/** A plan on the device. */
export class CudaExecutable implements Executable {
  readonly graph: Graph;
  readonly plan: Plan;
  readonly device: Handle;
  /** Null once released. */
  handle: Handle | null;

  constructor(graph: Graph, plan: Plan, device: Handle, handle: Handle) {
    this.graph = graph;
    this.plan = plan;
    this.device = device;
    this.handle = handle;
  }

  /** The plan as text. */
  describe(): string {
    return printPlan(this.plan);
  }
}

/** An executable with its state. */
export class CudaProgram implements Program {
  readonly executable: CudaExecutable;
  readonly state: readonly CudaStorage[];
  handle: Handle | null;
  readonly scalars: Float64Array;

  constructor(executable: CudaExecutable, state: readonly CudaStorage[], handle: Handle) {
    this.executable = executable;
    this.state = state;
    this.handle = handle;
    this.scalars = new Float64Array(executable.plan.scalars);
  }
}
