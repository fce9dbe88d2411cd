import type { Plan } from "@neurite/compiler";
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
  /** CUDA source of its kernels. */
  readonly source: string;
  private readonly describePlan: (plan: Plan) => string;

  constructor(graph: Graph, plan: Plan, device: Handle, handle: Handle, source: string, describePlan: (plan: Plan) => string) {
    this.graph = graph;
    this.plan = plan;
    this.device = device;
    this.handle = handle;
    this.source = source;
    this.describePlan = describePlan;
  }

  /** The plan as text. */
  describe(): string {
    return this.describePlan(this.plan);
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
