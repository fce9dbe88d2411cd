import { type Count, type Jump, type Plan, PlanExecutable } from "@neurite/compiler";
import type { Graph, Program } from "@neurite/core";
import type { Dispatch } from "./dispatches.ts";
import type { GpuBindGroup, GpuBuffer } from "./gpu.ts";
import type { Pipeline } from "./pipelines.ts";
import type { WebGpuStorage } from "./storage.ts";

/** A plan as dispatches. */
export class WebGpuExecutable extends PlanExecutable {
  readonly owner: object;
  readonly items: readonly (Dispatch | Jump | Count)[];
  /** By item; null for what is no dispatch. */
  readonly pipelines: readonly (Pipeline | null)[];
  /** The host decides where to go on. */
  readonly branches: boolean;
  /** Where the buffers of each item are. Null once released. */
  places: GpuBuffer | null;

  constructor(
    graph: Graph,
    plan: Plan,
    owner: object,
    items: WebGpuExecutable["items"],
    pipelines: WebGpuExecutable["pipelines"],
    places: GpuBuffer,
  ) {
    super(graph, plan);
    this.owner = owner;
    this.items = items;
    this.pipelines = pipelines;
    this.branches = pipelines.includes(null);
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
