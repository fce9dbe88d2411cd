import { type Plan, PlanExecutable } from "@neurite/compiler";
import type { Graph, Program } from "@neurite/core";
import type { Dispatch } from "./dispatches.ts";
import type { GpuBindGroup, GpuBuffer } from "./gpu.ts";
import type { Pipeline } from "./pipelines.ts";
import type { WebGpuStorage } from "./storage.ts";

/** A plan as dispatches. */
export class WebGpuExecutable extends PlanExecutable {
  readonly owner: object;
  readonly dispatches: readonly Dispatch[];
  readonly pipelines: readonly Pipeline[];
  /** Where the buffers of each dispatch are. Null once released. */
  places: GpuBuffer | null;

  constructor(graph: Graph, plan: Plan, owner: object, dispatches: readonly Dispatch[], pipelines: readonly Pipeline[], places: GpuBuffer) {
    super(graph, plan);
    this.owner = owner;
    this.dispatches = dispatches;
    this.pipelines = pipelines;
    this.places = places;
  }
}

/** An executable with its state. */
export class WebGpuProgram implements Program {
  readonly executable: WebGpuExecutable;
  readonly states: readonly WebGpuStorage[];
  /** Number of the run and its scalars. Null once released. */
  run: GpuBuffer | null;
  readonly runWords: Uint32Array;
  /** Of dispatches without inputs and outputs, as long as the arena is this one. */
  readonly groups: (GpuBindGroup | undefined)[] = [];
  arena: GpuBuffer | null = null;

  constructor(executable: WebGpuExecutable, states: readonly WebGpuStorage[], run: GpuBuffer, words: number) {
    this.executable = executable;
    this.states = states;
    this.run = run;
    this.runWords = new Uint32Array(words);
  }
}
