import type { Plugin } from "@neurite/core";
import { GatedLinearUnit } from "./gated-linear-unit.ts";

/** What configs may name. The key is what `registeredName` says. */
export const gatedLinearUnitPlugin: Plugin & {
  readonly name: "neurite-gated-linear-unit";
  readonly layers: { readonly "my_package>GatedLinearUnit": typeof GatedLinearUnit };
} = { name: "neurite-gated-linear-unit", layers: { "my_package>GatedLinearUnit": GatedLinearUnit } };
