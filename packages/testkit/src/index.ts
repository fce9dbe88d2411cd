export type { GradientCase, GradientInput } from "./gradients/case.ts";
export { gradientCases } from "./gradients/cases.ts";
export { checkGradients, gradientsAt } from "./gradients/check.ts";
export { probe, type Probe } from "./engine/probe.ts";
