import { describeValue, DTypeError, type DType, type KerasIdentity, serializeKerasObject, ValueError } from "@neurite/core";
import { AWQDTypePolicy, GPTQDTypePolicy, Int4DTypePolicy, QuantizedDTypePolicy, QuantizedFloat8DTypePolicy } from "../quantization/quantized-policy.ts"; // prettier-ignore
import { DTypePolicy } from "./dtype-policy.ts";
import { type DTypePolicyLike, getDTypePolicy } from "./named-policy.ts";

/**
 * Policies by the paths of layers, for a layer that hands its policy on to layers inside it: `layer.path` of each says which is its own.
 *
 * For layers of inputs of any shape.
 *
 * @example
 * const policies = new DTypePolicyMap("float32", { "attention/query": "bfloat16", "attention/.*_output": "float16" });
 * const attention = new MultiHeadAttention(2, 3, { name: "attention", dtype: policies });
 * attention(x, x);
 * attention.queryDense.computeDtype; // "bfloat16"
 * attention.keyDense.computeDtype; // "float32"
 */
export class DTypePolicyMap extends DTypePolicy {
  static override readonly keras: KerasIdentity = { module: "keras.dtype_policies", className: "DTypePolicyMap" };
  readonly #default: DTypePolicy | string | null;
  readonly #policies = new Map<string, DTypePolicy>();

  /**
   * @param defaultPolicy Of layers whose path is not in the map. null, the default: the global policy.
   * @param policyMap Policies by path, or by regular expressions of whole paths.
   * @throws DTypeError for what is no policy; ValueError for what is no regular expression.
   */
  constructor(defaultPolicy: DTypePolicyLike | null = null, policyMap: Readonly<Record<string, DTypePolicyLike>> = {}) {
    if (defaultPolicy instanceof DTypePolicyMap) throw new DTypeError("[DTypePolicyMap] the default policy cannot be a map itself");
    // Everything is asked of the default policy.
    super("float32");
    getDTypePolicy(defaultPolicy);
    this.#default = defaultPolicy;
    if (typeof policyMap !== "object" || policyMap === null)
      throw new DTypeError(`[DTypePolicyMap] the policies must be an object, by path: got ${describeValue(policyMap)}`);
    for (const [path, policy] of Object.entries(policyMap)) this.set(path, policy);
  }

  /** The policy of layers whose path is not in the map. */
  get defaultPolicy(): DTypePolicy {
    return getDTypePolicy(this.#default as DTypePolicyLike | null);
  }

  override get name(): string {
    return `map_${this.defaultPolicy.name}`;
  }

  override get computeDtype(): DType {
    return this.defaultPolicy.computeDtype;
  }

  override get variableDtype(): DType {
    return this.defaultPolicy.variableDtype;
  }

  override get quantizationMode(): string | null {
    return this.defaultPolicy.quantizationMode;
  }

  /** How many paths and expressions there are. */
  get size(): number {
    return this.#policies.size;
  }

  /** The paths and expressions, in the order they were set. */
  keys(): IterableIterator<string> {
    return this.#policies.keys();
  }

  /** Whether there is a policy under exactly this path or expression. */
  has(path: string): boolean {
    return this.#policies.has(path);
  }

  /**
   * The policy of the layer with this path: the one under the path itself, else that of the expression that matches all of it, else
   * {@link defaultPolicy}.
   *
   * @throws ValueError where several expressions match.
   */
  get(path: string): DTypePolicy {
    const exact = this.#policies.get(path);
    if (exact !== undefined) return exact;
    const matching = [...this.#policies.keys()].filter((pattern) => wholly(pattern).test(path));
    if (matching.length > 1)
      throw new ValueError(`[DTypePolicyMap] path "${path}" must match one expression at most: it matches ${matching.join(", ")}`);
    return matching[0] === undefined ? this.defaultPolicy : (this.#policies.get(matching[0]) as DTypePolicy);
  }

  /**
   * Sets the policy of a path, or of paths that match an expression.
   *
   * @throws ValueError for one that is there already, and for what is no regular expression; DTypeError for what is no policy.
   */
  set(path: string, policy: DTypePolicyLike): this {
    if (this.has(path)) throw new ValueError(`[DTypePolicyMap] "${path}" has a policy already: delete it before`);
    try {
      wholly(path);
    } catch (cause) {
      throw new ValueError(`[DTypePolicyMap] "${path}" is no regular expression: ${(cause as Error).message}`, { cause });
    }
    this.#policies.set(path, getDTypePolicy(policy));
    return this;
  }

  /** Takes a path or an expression out of the map; false where it was not there. */
  delete(path: string): boolean {
    return this.#policies.delete(path);
  }

  static override fromConfig(config: Record<string, unknown>): DTypePolicyMap {
    const { default_policy: defaultPolicy = null, policy_map: policies } = config;
    const read = Object.entries((policies ?? {}) as object).map(([path, json]) => [path, policyFromJSON(json)]);
    return new DTypePolicyMap(policyFromJSON(defaultPolicy) as DTypePolicyLike | null, Object.fromEntries(read));
  }

  /** Without a default, Keras leaves the names of the policies out of it, and so loses which they are: here they stay. */
  override getConfig(): Record<string, unknown> {
    return { default_policy: serializeKerasObject(this.#default), policy_map: serializeKerasObject(Object.fromEntries(this.#policies)) };
  }
}

/** What matches the whole of a path. */
function wholly(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`);
}

const classes: Readonly<Record<string, { fromConfig(config: Record<string, unknown>): DTypePolicy }>> = {
  DTypePolicy,
  FloatDTypePolicy: DTypePolicy,
  QuantizedDTypePolicy,
  Int4DTypePolicy,
  GPTQDTypePolicy,
  AWQDTypePolicy,
  QuantizedFloat8DTypePolicy,
  DTypePolicyMap,
};

/** A policy as Keras writes it. What is none (a name, null) is given back as it is. A policy is read without a registry: it is part of all configs. */
export function policyFromJSON(json: unknown): unknown {
  const { class_name: className, config } = (json ?? {}) as { readonly class_name?: string; readonly config?: Record<string, unknown> };
  const cls = className !== undefined && Object.hasOwn(classes, className) ? classes[className] : undefined;
  return cls === undefined ? json : cls.fromConfig(config ?? {});
}
