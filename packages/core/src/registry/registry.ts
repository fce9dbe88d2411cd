import { describe } from "../describe.ts";
import { ValueError } from "../errors.ts";

/** The kinds of things that have names. */
export const entryKinds = [
  "layers", "activations", "initializers", "regularizers", "constraints", "losses", "metrics", "optimizers", "schedules", "callbacks", "models",
  "operations", "formats",
] as const; // prettier-ignore

/** What a registry keeps entries of: layers, losses, optimizers, … */
export type EntryKind = (typeof entryKinds)[number];

/** Classes or functions by name; a name may be an alias. */
export type Entries = Readonly<Record<string, unknown>>;

/** A set of named things, as plain data. Using a thing needs no plugin; being found by name does. */
export type Plugin = { readonly name: string } & { readonly [K in EntryKind]?: Entries };

type NamesIn<P, K extends EntryKind> = P extends { readonly [key in K]: infer E } ? keyof E & string : never;

/** Looks names up; made from plugins by {@link createRegistry}. `N` holds the names it knows, so that editors complete them. */
export interface Registry<P extends readonly Plugin[] = readonly Plugin[]> {
  readonly plugins: P;
  /**
   * The entry of that kind and name: a class or a function.
   * @throws ValueError for an unknown name, with the nearest known ones.
   */
  get<K extends EntryKind>(kind: K, name: NamesIn<P[number], K> | (string & {})): unknown;
  has(kind: EntryKind, name: string): boolean;
  names(kind: EntryKind): readonly string[];
  /** A registry that also knows these plugins; theirs win. */
  with<Q extends readonly Plugin[]>(...plugins: Q): Registry<readonly [...P, ...Q]>;
}

/**
 * Makes a registry of plugins, which are values: nothing is registered globally and nothing is found that was not given. Where two plugins
 * have an entry of the same kind and name, the later one wins.
 *
 * @throws ValueError for what is no plugin, and for one with a kind of entry that there is not.
 * @example
 * const registry = createRegistry([layersPlugin, optimizersPlugin, myPlugin] as const);
 */
export function createRegistry<const P extends readonly Plugin[]>(plugins: P): Registry<P> {
  requirePlugins(plugins);
  const tables = new Map<EntryKind, Map<string, unknown>>(entryKinds.map((kind) => [kind, new Map()]));
  for (const plugin of plugins) {
    for (const kind of entryKinds) {
      for (const [name, entry] of Object.entries(plugin[kind] ?? {})) tables.get(kind)?.set(name, entry);
    }
  }
  const names = (kind: EntryKind): string[] => [...(tables.get(kind) ?? new Map<string, unknown>()).keys()];
  return {
    plugins,
    names: (kind) => {
      requireKind(kind);
      return names(kind);
    },
    has: (kind, name) => tables.get(kind)?.has(name) ?? false,
    get(kind, name) {
      requireKind(kind);
      if (typeof name !== "string") throw new ValueError(`[registry] a name is needed, a string: received ${describe(name)}`);
      const entry = tables.get(kind)?.get(name);
      if (entry === undefined) {
        throw new ValueError(
          `[registry] unknown name ${JSON.stringify(name)} among ${kind}${suggest(name, names(kind))}. A plugin with it must be given to createRegistry`,
        );
      }
      return entry;
    },
    with: (...more) => createRegistry([...plugins, ...more]),
  };
}

function requireKind(kind: unknown): void {
  if (!(entryKinds as readonly unknown[]).includes(kind)) {
    throw new ValueError(`[registry] unknown kind of entry ${describe(kind)}: one of ${entryKinds.join(", ")}`);
  }
}

function requirePlugins(plugins: unknown): void {
  if (!Array.isArray(plugins)) throw new ValueError(`[createRegistry] a list of plugins is needed: received ${describe(plugins)}`);
  plugins.forEach(requirePlugin);
}

function requirePlugin(plugin: unknown, index: number): void {
  if (typeof plugin !== "object" || plugin === null || typeof (plugin as { name?: unknown }).name !== "string") {
    throw new ValueError(
      `[createRegistry] plugin ${index} must be an object with a name, { name: "mine", layers: { … } }: received ${describe(plugin)}`,
    );
  }
  for (const key of Object.keys(plugin)) {
    if (key === "name" || (entryKinds as readonly string[]).includes(key)) continue;
    throw new ValueError(
      `[createRegistry] plugin "${(plugin as Plugin).name}" has ${JSON.stringify(key)}, which is no kind of entry${suggest(key, entryKinds)}`,
    );
  }
  for (const kind of entryKinds) {
    const entries = (plugin as Record<string, unknown>)[kind];
    if (entries !== undefined && (typeof entries !== "object" || entries === null || Array.isArray(entries))) {
      throw new ValueError(
        `[createRegistry] ${kind} of plugin "${(plugin as Plugin).name}" must be an object of entries by name: received ${describe(entries)}`,
      );
    }
  }
}

/**
 * ": did you mean …?" with the nearest of `known`, or the whole list where it is short.
 *
 * @example
 * suggest("adma", ["adam", "sgd"]); // ': did you mean "adam"?'
 */
export function suggest(name: string, known: readonly string[]): string {
  if (known.length === 0) return ": there are none";
  const near = known
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(2, candidate.length / 3))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ candidate }) => JSON.stringify(candidate));
  return near.length > 0
    ? `: did you mean ${near.join(" or ")}?`
    : `: one of ${known.slice(0, 40).join(", ")}${known.length > 40 ? ", …" : ""}`;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min((row[j] as number) + 1, (next[j - 1] as number) + 1, (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] as number;
}
