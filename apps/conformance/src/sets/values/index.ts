import type { ConformanceSet } from "../../conformance-set.ts";
export const valuesSet: ConformanceSet = { cases: () => Promise.resolve([]) };
