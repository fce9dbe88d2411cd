import { DTypeError, type KerasIdentity } from "@neurite/core";
import { DTypePolicy, getDTypePolicy } from "../core/dtype-policy.ts";

/**
 * The policy of a layer whose weight is kept in 8 or 4 bits; it computes as the policy it was made from.
 *
 * @example
 * new QuantizedDTypePolicy("int4/128").blockSize // 128 rows share a scale
 */
export class QuantizedDTypePolicy extends DTypePolicy {
  readonly mode: "int8" | "int4";
  /** How many elements share a scale and a zero point, in int4; null where each unit has one scale. */
  readonly blockSize: number | null;
  readonly #given: string;

  /**
   * @param mode "int8", or "int4/128" with the size of a block (-1 for one scale a unit).
   * @param sourceName The policy of computations. Default null: the global policy.
   * @throws DTypeError for another mode.
   */
  constructor(mode: string, sourceName: string | null = null) {
    super(sourceName ?? getDTypePolicy().name);
    const [, kind, block] = /^(?:(int8)|int4\/(-1|[1-9]\d*))$/.exec(mode) ?? [];
    if (kind === undefined && block === undefined) {
      throw new DTypeError(`[QuantizedDTypePolicy] the mode must be "int8" or "int4/<size of a block>": got ${JSON.stringify(mode)}`);
    }
    this.#given = mode;
    this.mode = kind === undefined ? "int4" : "int8";
    this.blockSize = block === undefined || block === "-1" ? null : Number(block);
  }

  static override fromConfig(config: Record<string, unknown>): QuantizedDTypePolicy {
    return new QuantizedDTypePolicy(config["mode"] as string, config["source_name"] as string | null | undefined);
  }

  override getConfig(): Record<string, unknown> {
    return { mode: this.#given, source_name: this.name };
  }

  get kerasIdentity(): KerasIdentity {
    return { module: "keras.dtype_policies", className: this.mode === "int4" ? "Int4DTypePolicy" : "QuantizedDTypePolicy" };
  }
}
