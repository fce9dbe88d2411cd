import type { Entries } from "@neurite/core";
import { Constant } from "./constant.ts";
import { GlorotNormal } from "./glorot-normal.ts";
import { GlorotUniform } from "./glorot-uniform.ts";
import { HeNormal } from "./he-normal.ts";
import { HeUniform } from "./he-uniform.ts";
import { Identity } from "./identity.ts";
import { LecunNormal } from "./lecun-normal.ts";
import { LecunUniform } from "./lecun-uniform.ts";
import { Ones } from "./ones.ts";
import { Orthogonal } from "./orthogonal.ts";
import { RandomNormal } from "./random-normal.ts";
import { RandomUniform } from "./random-uniform.ts";
import { STFT } from "./stft.ts";
import { TruncatedNormal } from "./truncated-normal.ts";
import { VarianceScaling } from "./variance-scaling.ts";
import { Zeros } from "./zeros.ts";

/** String identifiers of the initializers, as Keras spells them. */
export type InitializerName =
  | "zeros" | "zero" | "ones" | "one" | "constant" | "identity" | "random_normal" | "normal" | "random_uniform" | "uniform"
  | "truncated_normal" | "variance_scaling" | "glorot_normal" | "glorot_uniform" | "he_normal" | "he_uniform" | "lecun_normal"
  | "lecun_uniform" | "orthogonal" | "stft"; // prettier-ignore

const classes = {
  Constant, GlorotNormal, GlorotUniform, HeNormal, HeUniform, Identity, LecunNormal, LecunUniform, Ones, Orthogonal, RandomNormal,
  RandomUniform, STFT, TruncatedNormal, VarianceScaling, Zeros,
}; // prettier-ignore

const names: Readonly<Record<InitializerName, (typeof classes)[keyof typeof classes]>> = {
  zeros: Zeros,
  zero: Zeros,
  ones: Ones,
  one: Ones,
  constant: Constant,
  identity: Identity,
  random_normal: RandomNormal,
  normal: RandomNormal,
  random_uniform: RandomUniform,
  uniform: RandomUniform,
  truncated_normal: TruncatedNormal,
  variance_scaling: VarianceScaling,
  glorot_normal: GlorotNormal,
  glorot_uniform: GlorotUniform,
  he_normal: HeNormal,
  he_uniform: HeUniform,
  lecun_normal: LecunNormal,
  lecun_uniform: LecunUniform,
  orthogonal: Orthogonal,
  stft: STFT,
};

/** Initializer classes by class name and by identifier. */
export const initializers: Entries & { readonly [K in InitializerName]: unknown } = {
  ...classes,
  ...names,
  IdentityInitializer: Identity,
  OrthogonalInitializer: Orthogonal,
  STFTInitializer: STFT,
};
