export { GatedLinearUnit, type GatedLinearUnitOptions } from "./gated-linear-unit.ts";
export { gatedLinearUnitPlugin } from "./plugin.ts";
