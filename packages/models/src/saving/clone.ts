import { classOf, describeValue, flattenTree, getDefaultRegistry, isSymbolic, mapTree, OpCall, optionsOf, type Registry, type SymbolicOperation, type SymbolicTensor, ValueError } from "@neurite/core"; // prettier-ignore
import { Input, type InputLayer, isLayer, type Layer } from "@neurite/layers";
import type { FunctionalGraph } from "../functional/graph.ts";
import type { Model, ModelOptions } from "../model.ts";
import { requireModel } from "./require-model.ts";

/** Applies a layer to the arguments that the one it was cloned from was applied to, options last. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what layers take is theirs to say
export type CallFunction = (layer: any, ...args: any[]) => unknown;

/** Options of {@link cloneModel}. */
export interface CloneOptions {
  /** Symbolic tensors for the clone to begin at, in the tree of the model's inputs. Default: inputs like those of the model. */
  readonly inputTensors?: unknown;
  /** Makes the layer that stands in the place of one; inputs are left out. Default: one of the same class and config, with new weights. */
  readonly cloneFunction?: ((layer: Layer) => Layer) | null;
  /** Applies a layer of the clone, so that others may be put before or after it. For functional models. Default: calls it. */
  readonly callFunction?: CallFunction | null;
  /** Clones models inside layer by layer, too, rather than as one layer. Default false. */
  readonly recursive?: boolean;
  /** Where names in configs are looked up; default that of the model, else of the umbrella package. */
  readonly registry?: Registry;
}

type Settings = Required<Omit<CloneOptions, "inputTensors">> & { readonly made: Map<Layer, Layer> };

/**
 * A model of the same layers, with new weights; compiled as the model is, with a new optimizer.
 *
 * @throws SerializationError for layers and functions that cannot be written, or that the registry does not know; ValueError for options that
 *   the kind of model does not take.
 *
 * @example
 * const copy = cloneModel(model);
 * copy.setWeights(await model.getWeights());
 *
 * @example
 * // The same layers, with dropout after each of one class.
 * const regularized = cloneModel(model, {
 *   cloneFunction: (layer) => layer,
 *   callFunction: (layer, ...args) => {
 *     const outputs = layer(...args);
 *     return layer instanceof Dense ? new Dropout(0.5)(outputs) : outputs;
 *   },
 * });
 */
export function cloneModel<M extends Model>(model: M, options: CloneOptions = {}): M {
  const { inputTensors = null, cloneFunction = null, callFunction = null, recursive = false } = optionsOf("cloneModel", options);
  requireModel("cloneModel", model);
  const registry = options.registry ?? model.registry ?? getDefaultRegistry();
  return clone(model, inputTensors, { cloneFunction, callFunction, recursive, registry, made: new Map() }) as M;
}

function clone(model: Model, inputTensors: unknown, settings: Settings): Model {
  const copy = copyOf(model, inputTensors, settings);
  if (model.compiled) copy.compileFromConfig(model.getCompileConfig(), settings.registry);
  return copy;
}

function copyOf(model: Model, inputTensors: unknown, settings: Settings): Model {
  const { graph, name, trainable, registry } = model;
  const own = registry === null ? {} : { registry };
  const Class = classOf(model) as unknown as new (...args: unknown[]) => Model;
  if (model.isStack) {
    if (settings.callFunction !== null)
      throw new ValueError("[cloneModel] callFunction is for functional models: a Sequential only lists its layers");
    const input = (graph?.inputs ?? null) as SymbolicTensor | null;
    const layers = model.layers.map((layer) => cloned(layer, settings));
    const start = inputTensors === null ? input : inputTensors;
    return new Class([...(start === null ? [] : [inputLike(start, input)]), ...layers], { name, trainable, ...own });
  }
  if (graph !== null) {
    const inputs = inputTensors === null ? mapTree(graph.inputs, (tensor) => inputLike(tensor)) : alike(inputTensors, graph); // prettier-ignore
    const outputs = graph.run(flattenTree(inputs), (operation, args, kwargs) => applied(operation, args, kwargs, settings));
    return new Class({ inputs, outputs, name, trainable, ...own } satisfies ModelOptions);
  }
  if (inputTensors !== null || settings.cloneFunction !== null || settings.callFunction !== null)
    throw new ValueError(`[cloneModel] inputTensors, cloneFunction and callFunction are for Sequential and functional models: got ${model.toString()}`); // prettier-ignore
  return fromConfigOf(model, settings.registry) as Model;
}

/** The layer that stands in the place of one, wherever it is used. */
function cloned(layer: Layer, settings: Settings): Layer {
  const known = settings.made.get(layer);
  if (known !== undefined) return known;
  const { graph, isStack } = layer as Partial<Model>;
  const inner = settings.recursive && (isStack === true || (graph ?? null) !== null);
  const copy = inner
    ? clone(layer as Model, null, isStack === true ? { ...settings, callFunction: null } : settings)
    : (settings.cloneFunction?.(layer) ?? fromConfigOf(layer, settings.registry));
  if (!isLayer(copy)) throw new ValueError(`[cloneModel] cloneFunction must give a layer for ${layer.toString()}: got ${typeof copy}`);
  settings.made.set(layer, copy);
  return copy;
}

/** A layer of the same class and config. */
function fromConfigOf(layer: Layer, registry: Registry): Layer {
  const Class = classOf(layer) as unknown as { fromConfig(config: Record<string, unknown>, registry: Registry): Layer };
  const copy = Class.fromConfig(layer.getConfig(), registry);
  const build = layer.getBuildConfig();
  if (build !== null && !copy.built) copy.buildFromConfig(build);
  return copy;
}

function applied(
  operation: SymbolicOperation,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
  settings: Settings,
): unknown {
  if (!isLayer(operation)) return new OpCall((operation as OpCall).op, operation.name).apply(args, kwargs);
  const layer = cloned(operation, settings);
  if (settings.callFunction === null) return layer.apply(args, kwargs);
  return settings.callFunction(layer, ...args, ...(Object.keys(kwargs).length === 0 ? [] : [kwargs]));
}

/** An input of the shape and dtype of a tensor; in all else like `own`, an input. */
function inputLike(given: unknown, own: SymbolicTensor | null = given as SymbolicTensor): SymbolicTensor {
  const [tensor, ...more] = flattenTree(given);
  if (!isSymbolic(tensor) || more.length > 0)
    throw new ValueError(`[cloneModel] inputTensors of a Sequential must be one symbolic tensor: got ${describeValue(given)}`);
  const { name, optional, sparse } = (own ?? tensor).node.operation as Partial<InputLayer>;
  const { shape: batchShape, dtype } = tensor;
  return Input({ batchShape, dtype, ...(name === undefined ? {} : { name }), optional: optional === true, sparse: sparse === true });
}

function alike(given: unknown, graph: FunctionalGraph): unknown {
  const structure = (tree: unknown): string => JSON.stringify(mapTree(tree, () => 0));
  if (!flattenTree(given).every(isSymbolic))
    throw new ValueError(`[cloneModel] inputTensors must be symbolic tensors: got ${describeValue(given)}`);
  if (structure(given) !== structure(graph.inputs))
    throw new ValueError(`[cloneModel] inputTensors must be a tree like the inputs of the model, ${structure(graph.inputs)}: got ${structure(given)}`); // prettier-ignore
  return given;
}
