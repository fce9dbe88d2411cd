import type { AnyTensor, DType, SymbolicShape } from "@neurite/core";
import type { ConstraintLike } from "../constraints/index.ts";
import type { InitializerLike } from "../initializers/index.ts";
import type { RegularizerLike } from "../regularizers/index.ts";
import type { DTypePolicyLike } from "./named-policy.ts";

/** Options every layer takes. */
export interface LayerOptions {
  /** Default: the class's name in snake case, with a number from the second on. */
  readonly name?: string;
  /** Whether its weights are trained. Default true. */
  readonly trainable?: boolean;
  /** Dtype of computations and weights, or a mixed policy. Default: the global policy, "float32" at first. */
  readonly dtype?: DTypePolicyLike;
  /** Whether floating inputs and weights are cast to the dtype of computations. No part of configs, as in Keras. Default true. */
  readonly autocast?: boolean;
  /** Penalty on what the layer gives, divided by the batch size. Default none. */
  readonly activityRegularizer?: RegularizerLike | null;
  /** Shape of one sample, where it is the first layer of a Sequential: [28, 28]. */
  readonly inputShape?: SymbolicShape;
}

/** What may follow the inputs in a call. */
export interface CallOptions {
  /** Training or inference mode, for this layer and those inside it. Default: that of the layer or model around it, else inference. */
  readonly training?: boolean;
  /** bool [batch, timesteps]: false where a step is padding. */
  readonly mask?: AnyTensor | null;
  readonly [option: string]: unknown;
}

/** Options of {@link Layer.addWeight}. */
export interface AddWeightOptions {
  /** Name within the layer: "kernel". */
  readonly name: string;
  readonly shape: readonly number[];
  /** Default "glorot_uniform" for floating dtypes, else "zeros". */
  readonly initializer?: InitializerLike;
  /** Default: the layer's variable dtype. */
  readonly dtype?: DType;
  /** Default true. */
  readonly trainable?: boolean;
  /** Whether `autocast` of the layer casts it to the compute dtype. Default true. */
  readonly autocast?: boolean;
  /** Whether optimizers set it to its gradient; see {@link Variable}. Default false. */
  readonly overwriteWithGradient?: boolean;
  readonly regularizer?: RegularizerLike | null;
  readonly constraint?: ConstraintLike | null;
}
