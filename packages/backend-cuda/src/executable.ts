import { type Plan, PlanExecutable } from "@neurite/compiler";
import type { Graph, Program } from "@neurite/core";
import type { Launch } from "./encode/launches.ts";
import type { Handle } from "./native.ts";
import type { CudaStorage } from "./storage.ts";

/** A plan on the device. */
export class CudaExecutable extends PlanExecutable {
  readonly device: Handle;
  readonly launches: readonly Launch[];
  /** Null once released. */
  handle: Handle | null;

  constructor(graph: Graph, plan: Plan, launches: readonly Launch[], device: Handle, handle: Handle) {
    super(graph, plan);
    this.launches = launches;
    this.device = device;
    this.handle = handle;
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
