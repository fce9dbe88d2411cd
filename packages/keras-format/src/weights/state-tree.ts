import { configKey, classOf, identityOf, type KerasIdentity, snakeCase, type Variable } from "@neurite/core";
import { isLayer, type Layer } from "@neurite/layers";
import type { Model } from "@neurite/models";

/** An object whose state files hold: a layer, a model or an optimizer. */
export interface StateNode {
  /** Its group in the file: "layers/dense_1". Empty for the whole model. */
  readonly path: string;
  /** Where it may also be: Keras made some attributes private and others public in the course of time. */
  readonly alternatives: readonly string[];
  readonly layer: Layer;
  /** Its own variables, in the order files hold them. */
  readonly variables: readonly Variable[];
}

/** What may be said of a layer about files. */
export interface StoredLayer {
  /** Its own variables in the order files hold them, where that is not the order of its weights. */
  readonly storedWeights?: readonly Variable[];
  /** What files call the fields that hold layers, where that is not their name in snake case: `{ queryDense: "_query_dense" }`. */
  readonly storedNames?: Readonly<Record<string, string>>;
  /** Called when they were set from a file. */
  afterLoading?(): void;
  readonly kerasIdentity?: KerasIdentity;
}

/**
 * The model and all layers in it with their groups, as Keras walks through them: a functional or sequential model by its layers, numbered by
 * class; other layers and models by the attributes that hold them, private ones last. What is shared is there once, where it comes first.
 */
export function stateTree(model: Model): StateNode[] {
  const nodes: StateNode[] = [];
  const visited = new Set<object>();
  const visit = (layer: Layer, paths: readonly string[]): void => {
    if (visited.has(layer)) return;
    visited.add(layer);
    const [path, ...alternatives] = paths as [string, ...string[]];
    nodes.push({ path, alternatives, layer, variables: (layer as StoredLayer).storedWeights ?? layer.ownWeights });
    for (const { names, layers } of childrenOf(layer)) {
      const places = paths.flatMap((at) => names.map((name) => (at === "" ? name : `${at}/${name}`)));
      if (isLayer(layers)) visit(layers, places);
      else {
        const numbered = numberByClass(layers);
        layers.forEach((child, i) => visit(child, places.map((place) => `${place}/${numbered[i] as string}`))); // prettier-ignore
      }
    }
  };
  visit(model, [""]);
  return nodes;
}

interface Children {
  /** What the attribute may be called. */
  readonly names: readonly string[];
  readonly layers: Layer | readonly Layer[];
}

function childrenOf(layer: Layer): Children[] {
  const children: Children[] = [];
  const { graph, isStack, layers, storedNames } = layer as Partial<Model> & StoredLayer;
  const byLayers = (graph !== undefined && graph !== null) || isStack === true;
  if (byLayers) children.push({ names: ["layers"], layers: layers ?? [] });
  // A model of a class of its own has them all as an attribute, too: what is named after "layers" is found there first.
  const listed = isStack === undefined || byLayers ? [] : [["layers", layers] as const];
  const fields = [...Object.entries(layer), ...listed]
    .map(([field, value]) => [storedNames?.[field] ?? configKey(field), held(value)] as const)
    .filter((entry): entry is readonly [string, Layer | readonly Layer[]] => entry[1] !== null)
    .sort(([a], [b]) => (visibility(a) < visibility(b) ? -1 : 1));
  for (const [name, value] of fields) {
    const plain = name.replace(/^_+/, "");
    children.push({ names: [...new Set([name, plain, `_${plain}`])], layers: value });
  }
  return children;
}

/** Private attributes come last. */
const visibility = (name: string): string => (name.startsWith("_") ? `~${name}` : name);

/** The layers that a field holds; null for other fields. */
function held(value: unknown): Layer | readonly Layer[] | null {
  if (isLayer(value)) return value;
  if (typeof value !== "object" || value === null) return null;
  if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype) return null;
  const layers = Object.values(value).filter(isLayer);
  return layers.length > 0 ? layers : null;
}

/** "dense", "dense_1"…: what Keras calls the members of a list. */
function numberByClass(layers: readonly Layer[]): string[] {
  return numberedNames(
    layers.map((layer) => {
      const { className, innerName = className } = (layer as StoredLayer).kerasIdentity ?? identityOf(classOf(layer));
      return snakeCase(innerName);
    }),
  );
}

/** Names, those that were there before with a number. */
export function numberedNames(names: readonly string[]): string[] {
  const used = new Map<string, number>();
  return names.map((name) => {
    const count = used.get(name) ?? 0;
    used.set(name, count + 1);
    return count === 0 ? name : `${name}_${count}`;
  });
}
