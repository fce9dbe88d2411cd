import { describeValue, type KerasIdentity, deserializeKerasObject, getDefaultRegistry, type Registry, serializeKerasObject, ValueError, type Variable } from "@neurite/core"; // prettier-ignore
import { isOptimizer, type Optimizer } from "../optimizer.ts";

/**
 * Says which optimizer updates which variable: by the name of the variable ("encoder/dense/kernel") or a regular expression for the whole of
 * it, the default for all others.
 *
 * @example
 * new OptimizerMap(new SGD(), { "encoder/.*": new Adam() });
 */
export class OptimizerMap {
  static readonly keras: KerasIdentity = { module: "keras.optimizers", className: "OptimizerMap" };
  readonly defaultOptimizer: Optimizer;
  readonly #entries: ReadonlyMap<string, { readonly pattern: RegExp; readonly optimizer: Optimizer }>;

  /** @throws ValueError for what is no optimizer, and for names that are no regular expressions. */
  constructor(defaultOptimizer: Optimizer, optimizerMap: Readonly<Record<string, Optimizer>> = {}) {
    if (!isOptimizer(defaultOptimizer))
      throw new ValueError(`[OptimizerMap] defaultOptimizer must be an optimizer: received ${describeValue(defaultOptimizer)}`);
    this.defaultOptimizer = defaultOptimizer;
    this.#entries = new Map(
      Object.entries(optimizerMap).map(([name, optimizer]) => {
        if (!isOptimizer(optimizer))
          throw new ValueError(`[OptimizerMap] ${JSON.stringify(name)} must be an optimizer of its own, no wrapper`);
        return [name, { pattern: asPattern(name), optimizer }];
      }),
    );
  }

  /** All of them once, the default last. */
  get optimizers(): readonly Optimizer[] {
    return [...new Set([...[...this.#entries.values()].map(({ optimizer }) => optimizer), this.defaultOptimizer])];
  }

  /** @throws ValueError when several patterns match. */
  optimizerOf({ name }: Variable): Optimizer {
    const exact = this.#entries.get(name);
    if (exact !== undefined) return exact.optimizer;
    const matching = [...this.#entries.values()].filter(({ pattern }) => pattern.test(name));
    if (matching.length > 1) throw new ValueError(`[OptimizerMap] several patterns match variable "${name}"`);
    return matching[0]?.optimizer ?? this.defaultOptimizer;
  }

  getConfig(): Record<string, unknown> {
    const entries = Object.fromEntries([...this.#entries].map(([name, { optimizer }]) => [name, optimizer]));
    return { default_optimizer: serializeKerasObject(this.defaultOptimizer), optimizer_map: serializeKerasObject(entries) };
  }

  static fromConfig(config: Readonly<Record<string, unknown>>, registry: Registry = getDefaultRegistry()): OptimizerMap {
    const entries = Object.entries((config["optimizer_map"] ?? {}) as Record<string, unknown>);
    const optimizers = entries.map(([name, json]) => [name, deserializeKerasObject(json, registry) as Optimizer] as const);
    return new OptimizerMap(deserializeKerasObject(config["default_optimizer"], registry) as Optimizer, Object.fromEntries(optimizers));
  }
}

function asPattern(name: string): RegExp {
  try {
    return new RegExp(`^(?:${name})$`);
  } catch (cause) {
    throw new ValueError(`[OptimizerMap] ${JSON.stringify(name)} must be a variable's name or a regular expression`, { cause });
  }
}
