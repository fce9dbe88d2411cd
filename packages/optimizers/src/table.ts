import type { Entries } from "@neurite/core";
import { Adadelta } from "./adadelta.ts";
import { Adafactor } from "./adafactor.ts";
import { Adagrad } from "./adagrad.ts";
import { Adam } from "./adam.ts";
import { Adamax } from "./adamax.ts";
import { AdamW } from "./adamw.ts";
import { Ftrl } from "./ftrl.ts";
import { Lamb } from "./lamb.ts";
import { Lion } from "./lion.ts";
import { LossScaleOptimizer } from "./wrappers/loss-scale-optimizer.ts";
import { MultiOptimizer } from "./wrappers/multi-optimizer.ts";
import { Muon } from "./muon.ts";
import { Nadam } from "./nadam.ts";
import { OptimizerMap } from "./wrappers/optimizer-map.ts";
import { RMSprop } from "./rmsprop.ts";
import { ScheduleFreeAdamW } from "./schedule-free-adamw.ts";
import { SGD } from "./sgd.ts";

/** String identifiers of the optimizers, as Keras spells them. */
export type OptimizerName = 
  | "adadelta" | "adafactor" | "adagrad" | "adam" | "adamax" | "adamw" | "ftrl" | "lamb" | "lion" | "muon" | "nadam" | "rmsprop"
  | "schedulefreeadamw" | "sgd"; // prettier-ignore

/** Optimizer classes by class name and by identifier. */
export const optimizers: Entries & { readonly [K in OptimizerName]: unknown } = {
  Adadelta,
  Adafactor,
  Adagrad,
  Adam,
  Adamax,
  AdamW,
  Ftrl,
  Lamb,
  Lion,
  LossScaleOptimizer,
  MultiOptimizer,
  Muon,
  Nadam,
  OptimizerMap,
  RMSprop,
  ScheduleFreeAdamW,
  SGD,
  adadelta: Adadelta,
  adafactor: Adafactor,
  adagrad: Adagrad,
  adam: Adam,
  adamax: Adamax,
  adamw: AdamW,
  ftrl: Ftrl,
  lamb: Lamb,
  lion: Lion,
  muon: Muon,
  nadam: Nadam,
  rmsprop: RMSprop,
  schedulefreeadamw: ScheduleFreeAdamW,
  sgd: SGD,
};
