/** At least one well-conditioned case for each differentiable primitive and variant. */
import type { GradientCase } from "./case.ts";
import { controlCases } from "./cases/control.ts";
import { dotConvCases } from "./cases/dot-conv.ts";
import { elementwiseCases } from "./cases/elementwise.ts";
import { indexingCases } from "./cases/indexing.ts";
import { linalgCases } from "./cases/linalg.ts";
import { reduceCases } from "./cases/reduce.ts";
import { viewCases } from "./cases/views.ts";
import { windowCases } from "./cases/window.ts";

/** Cases for the gradients of all primitives. */
export const gradientCases: readonly GradientCase[] = [
  ...elementwiseCases,
  ...viewCases,
  ...reduceCases,
  ...dotConvCases,
  ...windowCases,
  ...indexingCases,
  ...linalgCases,
  ...controlCases,
];
