import {
  type AnyTensor,
  type CallbackModel,
  flattenTree,
  isSymbolic,
  type Logs,
  type OptimizerLike,
  type Registry,
  type SymbolicTensor,
  type TensorLike,
  ValueError,
  type Variable,
} from "@neurite/core";
import type { History } from "@neurite/callbacks";
import { Layer, type LayerOptions } from "@neurite/layers";
import { FunctionalGraph } from "./functional/graph.ts";
import { type Summarized, summaryLines, type SummaryOptions } from "./summary.ts";
import type { Data } from "./training/data.ts";
import type { CompileModelOptions, EvaluateOptions, FitOptions, PredictOptions } from "./training/options.ts";
import { predict, predictOnBatch } from "./training/predict.ts";
import { Trainer } from "./training/trainer.ts";

export interface ModelOptions extends LayerOptions {
  /** A symbolic tensor from `Input`, or a list or object of them. */
  readonly inputs?: unknown;
  /** What the layers made of the inputs: a symbolic tensor, or a list or object of them. */
  readonly outputs?: unknown;
  /** Where names of optimizers and of others' layers are looked up; default the umbrella package's. */
  readonly registry?: Registry;
}

/**
 * A layer that can be trained: layers between inputs and outputs (functional), or a subclass with a `call` of its own.
 *
 * @example
 * const input = Input({ shape: [8] });
 * const hidden = new Dense(30, { activation: "relu" })(input);
 * const model = new Model({ inputs: input, outputs: new Dense(1)(hidden) });
 */
export class Model extends Layer implements CallbackModel {
  static override readonly keras = { module: "keras", className: "Model" };

  /** Set to true by a callback to end training after the current step. */
  stopTraining = false;
  protected graph: FunctionalGraph | null = null;
  readonly registry: Registry | null;
  #trainer: Trainer | null = null;

  /** @throws ValueError when inputs or outputs are not symbolic, or outputs depend on something else. */
  constructor(options: ModelOptions = {}) {
    const { inputs, outputs, registry, ...layerOptions } = options;
    super(inputs === undefined ? layerOptions : { ...layerOptions, ...(layerOptions.name === undefined ? { autoName: "functional" } : {}) });
    this.registry = registry ?? null;
    if ((inputs === undefined) !== (outputs === undefined)) throw new ValueError("[Model] inputs and outputs are given together");
    if (inputs !== undefined) this.setGraph(new FunctionalGraph(inputs, outputs));
  }
}
