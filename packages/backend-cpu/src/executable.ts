import { type Plan, PlanExecutable } from "@neurite/compiler";
import type { Graph, Program } from "@neurite/core";
import type { Handle } from "./native.ts";
import type { CpuStorage } from "./storage.ts";

/** A plan in the native engine. */
export class CpuExecutable extends PlanExecutable {
  readonly engine: number;
  readonly handle: Handle;
  /** Number in its engine; -1 once released. */
  id: number;
  /** Number among all that its engine compiled: names it in profiles, also once released. */
  readonly serial: number;

  constructor(graph: Graph, plan: Plan, engine: number, id: number, serial: number, handle: Handle) {
    super(graph, plan);
    this.engine = engine;
    this.id = id;
    this.serial = serial;
    this.handle = handle;
  }
}

/** An executable with its state. */
export class CpuProgram implements Program {
  readonly executable: CpuExecutable;
  readonly state: readonly CpuStorage[];
  readonly handle: Handle;
  /** Number in its engine; -1 once released. */
  id: number;

  constructor(executable: CpuExecutable, state: readonly CpuStorage[], id: number, handle: Handle) {
    this.executable = executable;
    this.state = state;
    this.id = id;
    this.handle = handle;
  }
}
