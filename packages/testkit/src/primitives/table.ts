/** Cases of every primitive. Complete by type: a new primitive cannot be added without its cases. */
import type { PrimitiveName } from "@neurite/core";
import type { CaseGenerator } from "./case.ts";
import { controlGenerators } from "./control.ts";
import { binaryGenerators, elementwiseGenerators, unaryGenerators } from "./elementwise.ts";
import { linalgGenerators } from "./linalg.ts";
import { sourceGenerators } from "./sources.ts";
import { structuredGenerators } from "./structured.ts";
import { viewGenerators } from "./views.ts";

export const primitiveGenerators: { readonly [P in PrimitiveName]: CaseGenerator } = {
  ...sourceGenerators,
  ...unaryGenerators,
  ...binaryGenerators,
  ...elementwiseGenerators,
  ...viewGenerators,
  ...structuredGenerators,
  ...linalgGenerators,
  ...controlGenerators,
};
