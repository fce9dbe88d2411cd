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
 * class; other layers and models by the attributes that hold them, private ones last, lists and dictionaries within those as "container". What is
 * shared is there once, where it comes first.
 */
export function stateTree(model: Model): StateNode[] {
  const nodes: StateNode[] = [];
  const visited = new Set<unknown>();
  const visit = (layer: Layer, paths: readonly string[]): void => {
    if (visited.has(layer)) return;
    visited.add(layer);
    const [path, ...alternatives] = paths as [string, ...string[]];
    nodes.push({ path, alternatives, layer, variables: (layer as StoredLayer).storedWeights ?? layer.ownWeights });
    const { children, listed } = childrenOf(layer);
    /** Files of Keras from before it looked into lists of lists have what is in them among all layers of a model. */
    const older = (inner: Layer): string[] => {
      const name = listed.get(inner);
      return name === undefined ? [] : paths.map((at) => within(at, `layers/${name}`));
    };
    for (const { names, holds } of children) {
      const places = paths.flatMap((at) => names.map((name) => within(at, name)));
      if (isLayer(holds)) visit(holds, places);
      else visitMembers(holds, places, null, older);
    }
  };
  const visitMembers = (
    container: Container,
    paths: readonly string[],
    outer: Container | null,
    older: (layer: Layer) => readonly string[],
  ): void => {
    if (visited.has(container)) return;
    visited.add(container);
    const members = Object.values(container).filter((member): member is Layer | Container => isLayer(member) || isContainer(member));
    const names = numberedNames(members.map((member) => (isLayer(member) ? classNameOf(member) : "container")));
    for (const [i, member] of members.entries()) {
      const places = paths.map((at) => within(at, names[i] as string));
      if (!isLayer(member)) visitMembers(member, places, container, older);
      else visit(member, outer === null ? places : [...places, ...older(member)]);
    }
  };
  visit(model, [""]);
  return nodes;
}

const within = (path: string, name: string): string => (path === "" ? name : `${path}/${name}`);

/** A list or a dictionary. */
type Container = readonly unknown[] | Readonly<Record<string, unknown>>;

interface Child {
  /** What the attribute may be called. */
  readonly names: readonly string[];
  readonly holds: Layer | Container;
}

function childrenOf(layer: Layer): { readonly children: readonly Child[]; readonly listed: ReadonlyMap<Layer, string> } {
  const { graph, isStack, layers = [], storedNames } = layer as Partial<Model> & StoredLayer;
  const byLayers = (graph !== undefined && graph !== null) || isStack === true;
  // A model of a class of its own has them all as an attribute, too: what is named after "layers" is found there first.
  const isOwnModel = isStack !== undefined && !byLayers;
  const numbers = isOwnModel ? numberedNames(layers.map(classNameOf)) : [];
  const fields = [...Object.entries(layer), ...(isOwnModel ? [["layers", layers] as const] : [])]
    .flatMap(([field, value]) =>
      isLayer(value) || (isContainer(value) && holdsLayers(value))
        ? [{ name: storedNames?.[field] ?? configKey(field), holds: value }]
        : [],
    )
    .sort((a, b) => (visibility(a.name) < visibility(b.name) ? -1 : 1));
  const attributes = fields.map(({ name, holds }) => {
    const plain = name.replace(/^_+/, "");
    return { names: [...new Set([name, plain, `_${plain}`])], holds };
  });
  return {
    children: [...(byLayers ? [{ names: ["layers"], holds: layers }] : []), ...attributes],
    listed: new Map(
      layers.map((inner, i) => [inner, numbers[i]] as const).filter((entry): entry is [Layer, string] => entry[1] !== undefined),
    ),
  };
}

/** Private attributes come last. */
const visibility = (name: string): string => (name.startsWith("_") ? `~${name}` : name);

function isContainer(value: unknown): value is Container {
  return typeof value === "object" && value !== null && (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype);
}

/** Whether there is a layer in a list or dictionary, however deep. */
function holdsLayers(container: Container, around: readonly unknown[] = []): boolean {
  const inside = [...around, container];
  return Object.values(container).some(
    (member) => isLayer(member) || (isContainer(member) && !inside.includes(member) && holdsLayers(member, inside)),
  );
}

function classNameOf(layer: Layer): string {
  const { className, innerName = className } = (layer as StoredLayer).kerasIdentity ?? identityOf(classOf(layer));
  return snakeCase(innerName);
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
