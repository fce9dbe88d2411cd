import type { Entries, Plugin } from "@neurite/core";
import { CosineDecay } from "./cosine-decay.ts";
import { CosineDecayRestarts } from "./cosine-decay-restarts.ts";
import { ExponentialDecay } from "./exponential-decay.ts";
import { InverseTimeDecay } from "./inverse-time-decay.ts";
import { OneCycle } from "./one-cycle.ts";
import { PiecewiseConstantDecay } from "./piecewise-constant-decay.ts";
import { PolynomialDecay } from "./polynomial-decay.ts";
import { PowerDecay } from "./power-decay.ts";

/** Schedule classes by class name. */
export const schedules: Entries = {
  CosineDecay,
  CosineDecayRestarts,
  ExponentialDecay,
  InverseTimeDecay,
  OneCycle,
  PiecewiseConstantDecay,
  PolynomialDecay,
  PowerDecay,
};

/** The schedules of this package by name. */
export const schedulesPlugin: Plugin & { readonly name: "schedules"; readonly schedules: Entries } = { name: "schedules", schedules };
