import { describeValue, DTypeError, type KerasIdentity } from "@neurite/core";
import { DTypePolicy, type DTypePolicyName, globalPolicy } from "../core/dtype-policy.ts";

/** How the weight of a layer is kept, in a policy. */
export type QuantizationMode = "int8" | "int4" | "float8" | "gptq" | "awq";

/** Names of quantized policies: "int8_from_float32", "int4/128_from_mixed_bfloat16", "gptq/4/128_from_float32". */
export type QuantizedPolicyName = `${QuantizationMode}${"" | `/${string}`}_from_${DTypePolicyName}`;

const modes: readonly string[] = ["int8", "int4", "float8", "gptq", "awq"] satisfies QuantizationMode[];

/**
 * The policy of a layer whose weight is kept in fewer bits; it computes as the policy it was made from. `Dense`, `EinsumDense` and `Embedding`
 * compute in "int8" and "int4", and the first two in "float8" and with kernels of "gptq" and "awq". They cannot be built in other modes,
 * which are there to be read and written; to other layers it is the policy it was made from.
 *
 * @example
 * new QuantizedDTypePolicy("int8", "mixed_bfloat16").name; // "int8_from_mixed_bfloat16"
 */
export class QuantizedDTypePolicy extends DTypePolicy {
  static override readonly keras: KerasIdentity = { module: "keras.dtype_policies", className: "QuantizedDTypePolicy" };
  readonly #mode: string;

  /**
   * @param mode "int8", "int4", "float8", "gptq" or "awq"; classes of their own have the numbers that belong to a mode.
   * @param sourceName The policy of computations. Default null: the global policy.
   * @throws DTypeError for another mode, and for "int8" that is to compute in float16.
   */
  constructor(mode: string, sourceName: string | null = null) {
    super(sourceName ?? globalPolicy().name);
    const [kind = ""] = typeof mode === "string" ? mode.split("/") : [];
    if (!modes.includes(kind) || (kind !== mode && new.target === QuantizedDTypePolicy))
      throw new DTypeError(`[${new.target.name}] the mode must be ${modes.join(", ")}: got ${describeValue(mode)}`);
    if (kind === "int8" && this.computeDtype === "float16")
      throw new DTypeError(`[${new.target.name}] "int8" does not go with computing in float16: its range is too small`);
    this.#mode = mode;
  }

  override get quantizationMode(): QuantizationMode {
    return this.#mode.split("/")[0] as QuantizationMode;
  }

  /** "int8_from_float32". */
  override get name(): string {
    return `${this.#mode}_from_${this.sourceName}`;
  }

  /** Name of the policy of computations. */
  get sourceName(): string {
    return super.name;
  }

  /** How many elements share a scale and a zero point; null where each unit has one scale. */
  get blockSize(): number | null {
    return null;
  }

  static override fromConfig(config: Record<string, unknown>): QuantizedDTypePolicy {
    return new this(config["mode"] as string, config["source_name"] as string | null | undefined);
  }

  override getConfig(): Record<string, unknown> {
    return { mode: this.#mode, source_name: this.sourceName };
  }
}

/** The numbers behind the name of a mode, "gptq/4/128", each of which is -1 or at least 1. */
function numbersOf(what: string, mode: string, expected: string): number[] {
  const [name, ...numbers] = expected.split("/");
  const given = String(mode).split("/");
  if (given[0] !== name || given.length !== numbers.length + 1 || !given.slice(1).every((text) => /^(-1|[1-9]\d*)$/.test(text)))
    throw new DTypeError(`[${what}] the mode must be "${expected}", with sizes of at least 1, or -1: got ${describeValue(mode)}`);
  return given.slice(1).map(Number);
}

/**
 * The policy of weights of 4 bits in blocks that share a scale and a zero point, for layers of inputs of any shape.
 *
 * @example
 * new Int4DTypePolicy("int4/128").blockSize; // 128
 */
export class Int4DTypePolicy extends QuantizedDTypePolicy {
  static override readonly keras: KerasIdentity = { module: "keras.dtype_policies", className: "Int4DTypePolicy" };
  readonly #block: number;

  /**
   * @param mode "int4/128" with the size of a block; -1 for one scale a unit.
   * @throws DTypeError for another mode.
   */
  constructor(mode: string, sourceName: string | null = null) {
    super(mode, sourceName);
    [this.#block] = numbersOf("Int4DTypePolicy", mode, "int4/<block size>") as [number];
  }

  override get blockSize(): number | null {
    return this.#block === -1 ? null : this.#block;
  }
}

/**
 * What the policies of GPTQ and AWQ have in common, for `Dense` and `EinsumDense` layers of inputs of any shape: bits of a weight, and groups of inputs that
 * share a scale and a zero point.
 *
 * @example
 * const policy: GroupedDTypePolicy = new GPTQDTypePolicy("gptq/4/128");
 * policy.groupSize; // 128
 */
export abstract class GroupedDTypePolicy extends QuantizedDTypePolicy {
  readonly weightBits: number;
  /** Elements that share a scale; -1 for all those of one unit. */
  readonly groupSize: number;

  /** @throws DTypeError unless the mode is "<kind>/<weight bits>/<group size>" with one of `bits`. */
  constructor(mode: string, sourceName: string | null, kind: string, bits: readonly number[]) {
    super(mode, sourceName);
    const { name } = new.target;
    [this.weightBits, this.groupSize] = numbersOf(name, mode, `${kind}/<weight bits>/<group size>`) as [number, number];
    if (!bits.includes(this.weightBits)) throw new DTypeError(`[${name}] weights have ${bits.join(", ")} bits: got ${describeValue(mode)}`);
  }
}

/**
 * The policy of weights that GPTQ put in 2, 3, 4 or 8 bits, for `Dense` layers of inputs of any shape.
 *
 * @example
 * new GPTQDTypePolicy("gptq/4/128").groupSize; // 128
 */
export class GPTQDTypePolicy extends GroupedDTypePolicy {
  static override readonly keras: KerasIdentity = { module: "keras.dtype_policies", className: "GPTQDTypePolicy" };

  /**
   * @param mode "gptq/4/128" with the bits of a weight and the size of a group.
   * @throws DTypeError for another mode.
   */
  constructor(mode: string, sourceName: string | null = null) {
    super(mode, sourceName, "gptq", [2, 3, 4, 8]);
  }
}

/**
 * The policy of weights that AWQ put in 4 bits, for `Dense` layers of inputs of any shape.
 *
 * @example
 * new AWQDTypePolicy("awq/4/128").name; // "awq/4/128_from_float32"
 */
export class AWQDTypePolicy extends GroupedDTypePolicy {
  static override readonly keras: KerasIdentity = { module: "keras.dtype_policies", className: "AWQDTypePolicy" };

  /**
   * @param mode "awq/4/128" with the bits of a weight, which are 4, and the size of a group.
   * @throws DTypeError for another mode.
   */
  constructor(mode: string, sourceName: string | null = null) {
    super(mode, sourceName, "awq", [4]);
  }
}

/**
 * The policy of training with products in float8, for `Dense` and `EinsumDense` layers: inputs and kernels are rounded to float8, and gradients are.
 *
 * @example
 * new QuantizedFloat8DTypePolicy("float8").amaxHistoryLength; // 1024
 */
export class QuantizedFloat8DTypePolicy extends QuantizedDTypePolicy {
  static override readonly keras: KerasIdentity = { module: "keras.dtype_policies", className: "QuantizedFloat8DTypePolicy" };
  /** From how many steps the largest numbers are remembered. */
  readonly amaxHistoryLength: number;

  /** @throws DTypeError for another mode than "float8", and for a length that is no integer. */
  constructor(mode: string, sourceName: string | null = null, amaxHistoryLength = 1024) {
    super(mode, sourceName);
    numbersOf("QuantizedFloat8DTypePolicy", mode, "float8");
    if (!Number.isInteger(amaxHistoryLength))
      throw new DTypeError(`[QuantizedFloat8DTypePolicy] amaxHistoryLength must be an integer: got ${String(amaxHistoryLength)}`);
    this.amaxHistoryLength = amaxHistoryLength;
  }

  static override fromConfig(config: Record<string, unknown>): QuantizedFloat8DTypePolicy {
    const { mode, source_name: source, amax_history_length: length } = config;
    return new QuantizedFloat8DTypePolicy(mode as string, source as string | null | undefined, length as number | undefined);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), amax_history_length: this.amaxHistoryLength };
  }
}

/**
 * The policy that a name as "int8_from_float32" means; null for names of other policies.
 *
 * @throws DTypeError for a mode or a source that is none.
 */
export function quantizedPolicyNamed(name: string): QuantizedDTypePolicy | null {
  const [mode = "", source] = name.split("_from_");
  const [kind = ""] = mode.split("/");
  if (source === undefined || !modes.includes(kind)) return null;
  if (kind === "gptq") return new GPTQDTypePolicy(mode, source);
  if (kind === "awq") return new AWQDTypePolicy(mode, source);
  if (kind === "float8") return new QuantizedFloat8DTypePolicy(mode, source);
  return mode === "int4" || kind === "int8" ? new QuantizedDTypePolicy(mode, source) : new Int4DTypePolicy(mode, source);
}
