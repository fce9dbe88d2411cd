import type { Entries } from "@neurite/core";
import { Adadelta } from "./adadelta.ts";
import { Adagrad } from "./adagrad.ts";
import { Adam } from "./adam.ts";
import { Adamax } from "./adamax.ts";
import { AdamW } from "./adamw.ts";
import { Ftrl } from "./ftrl.ts";
import { Lion } from "./lion.ts";
import { Nadam } from "./nadam.ts";
import { RMSprop } from "./rmsprop.ts";
import { SGD } from "./sgd.ts";

/** String identifiers of the optimizers, as Keras spells them. */
export type OptimizerName = "adadelta" | "adagrad" | "adam" | "adamax" | "adamw" | "ftrl" | "lion" | "nadam" | "rmsprop" | "sgd";

/** Optimizer classes by class name and by identifier. */
export const optimizers: Entries & { readonly [K in OptimizerName]: unknown } = {
  Adadelta,
  Adagrad,
  Adam,
  Adamax,
  AdamW,
  Ftrl,
  Lion,
  Nadam,
  RMSprop,
  SGD,
  adadelta: Adadelta,
  adagrad: Adagrad,
  adam: Adam,
  adamax: Adamax,
  adamw: AdamW,
  ftrl: Ftrl,
  lion: Lion,
  nadam: Nadam,
  rmsprop: RMSprop,
  sgd: SGD,
};
