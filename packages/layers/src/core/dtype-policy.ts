import { DTypeError, type DType, isDType, type KerasIdentity } from "@neurite/core";

const policies: Readonly<Record<string, readonly [compute: DType, variable: DType]>> = {
  mixed_float16: ["float16", "float32"],
  mixed_bfloat16: ["bfloat16", "float32"],
};

/** Names of policies that are not quantized. */
export type DTypePolicyName = DType | "mixed_float16" | "mixed_bfloat16";

/**
 * The dtypes a layer works in: that of its computations and that of its weights.
 *
 * For layers of inputs of any shape.
 *
 * @example
 * const policy = new DTypePolicy("mixed_bfloat16");
 * policy.computeDtype; // "bfloat16"
 * policy.variableDtype; // "float32"
 */
export class DTypePolicy {
  static readonly keras: KerasIdentity = { module: "keras", className: "DTypePolicy" };
  readonly #name: string;
  readonly #dtypes: readonly [compute: DType, variable: DType];

  /** @throws DTypeError for a name that is neither a dtype nor a mixed policy. */
  constructor(name: string) {
    if (typeof name !== "string") throw new DTypeError(`[DTypePolicy] the policy must be a name: got ${typeof name}`);
    const mixed = Object.hasOwn(policies, name) ? policies[name] : undefined;
    if (mixed === undefined && !isDType(name)) {
      throw new DTypeError(`[DTypePolicy] unknown policy ${JSON.stringify(name)}: a dtype, ${Object.keys(policies).join(" or ")}`);
    }
    this.#name = name;
    this.#dtypes = mixed ?? [name as DType, name as DType];
  }

  /** A dtype, "mixed_float16" or "mixed_bfloat16". */
  get name(): string {
    return this.#name;
  }

  /** Inputs are cast to it, and outputs have it. */
  get computeDtype(): DType {
    return this.#dtypes[0];
  }

  /** Weights have it. */
  get variableDtype(): DType {
    return this.#dtypes[1];
  }

  /** How weights are kept, in quantized policies: "int8". null in others. */
  get quantizationMode(): string | null {
    return null;
  }

  /** Where the name is null, as in Keras's maps without a default, it is the global policy. */
  static fromConfig(config: Record<string, unknown>): DTypePolicy {
    const name = (config["name"] ?? null) as string | null;
    return name === null ? global : new DTypePolicy(name);
  }

  getConfig(): Record<string, unknown> {
    return { name: this.name };
  }
}

let global = new DTypePolicy("float32");

/** The policy of layers that are given none. */
export function globalPolicy(): DTypePolicy {
  return global;
}

/** What {@link globalPolicy} gives from here on. */
export function setGlobalPolicy(policy: DTypePolicy): void {
  global = policy;
}
