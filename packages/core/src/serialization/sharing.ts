/** Objects met while one thing is written or read, so that what is shared in memory is shared in the config. */
interface Sharing {
  readonly configs: Map<object, Record<string, unknown>>;
  readonly ids: Map<object, number>;
  readonly objects: Map<number, unknown>;
}

let current: Sharing | null = null;

/**
 * Within `body`, objects written twice get a `shared_object_id`, and objects read twice by that id are one.
 *
 * @example
 * // A layer used twice is written once and comes back as one layer.
 * const json = withObjectSharing(() => [encoder, encoder].map(serializeKerasObject));
 * const [first, second] = withObjectSharing(() => json.map((each) => deserializeKerasObject(each, registry)));
 */
export function withObjectSharing<T>(body: () => T): T {
  const before = current;
  current = { configs: new Map(), ids: new Map(), objects: new Map() };
  try {
    return body();
  } finally {
    current = before;
  }
}

export function recordWritten(object: object, config: Record<string, unknown>): void {
  if (current === null) return;
  const first = current.configs.get(object);
  if (first === undefined) {
    current.configs.set(object, config);
    return;
  }
  const id = current.ids.get(object) ?? current.ids.size + 1;
  current.ids.set(object, id);
  first["shared_object_id"] = id;
  config["shared_object_id"] = id;
}

export function sharedObject(id: unknown): unknown {
  return typeof id === "number" ? current?.objects.get(id) : undefined;
}

export function recordRead(id: unknown, object: unknown): void {
  if (typeof id === "number") current?.objects.set(id, object);
}
