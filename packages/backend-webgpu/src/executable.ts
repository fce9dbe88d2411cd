import { type Plan, printPlan } from "@neurite/compiler";
import type { Executable, Graph, Program } from "@neurite/core";
import type { GpuBindGroup, GpuBuffer, GpuLayout, GpuPipeline } from "./gpu.ts";
import type { Step } from "./steps.ts";
import type { WebGpuStorage } from "./storage.ts";

export interface Pipeline {
  readonly pipeline: GpuPipeline;
  readonly layout: GpuLayout;
}

/** A plan as dispatches. */
export class WebGpuExecutable implements Executable {
  readonly graph: Graph;
  readonly plan: Plan;
  readonly owner: object;
  readonly steps: readonly Step[];
  readonly pipelines: readonly Pipeline[];
  /** Where the buffers of each step are. Null once released. */
  places: GpuBuffer | null;

  constructor(graph: Graph, plan: Plan, owner: object, steps: readonly Step[], pipelines: readonly Pipeline[], places: GpuBuffer) {
    this.graph = graph;
    this.plan = plan;
    this.owner = owner;
    this.steps = steps;
    this.pipelines = pipelines;
    this.places = places;
  }

  describe(): string {
    return printPlan(this.plan);
  }
}

/** An executable with its state. */
export class WebGpuProgram implements Program {
  readonly executable: WebGpuExecutable;
  readonly states: readonly WebGpuStorage[];
  /** Number of the run and its scalars. Null once released. */
  run: GpuBuffer | null;
  readonly runWords: Uint32Array;
  /** Of steps without inputs and outputs, as long as the arena is this one. */
  readonly groups: (GpuBindGroup | undefined)[] = [];
  arena: GpuBuffer | null = null;

  constructor(executable: WebGpuExecutable, states: readonly WebGpuStorage[], run: GpuBuffer, words: number) {
    this.executable = executable;
    this.states = states;
    this.run = run;
    this.runWords = new Uint32Array(words);
  }
}
