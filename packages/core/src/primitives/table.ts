/** Every primitive's meaning: shapes, dtypes, gradients and batching. One entry a name of {@link PrimitiveName}. */
import { binaryPrimitives } from "./binary.ts";
import { compositePrimitives } from "./composite.ts";
import { controlPrimitives } from "./control.ts";
import { convPrimitives } from "./conv.ts";
import { dotPrimitives } from "./dot.ts";
import { elementwisePrimitives } from "./elementwise.ts";
import { fftPrimitives } from "./fft.ts";
import { indexingPrimitives } from "./indexing.ts";
import { linalgPrimitives } from "./linalg.ts";
import type { PrimitiveTable } from "./primitive.ts";
import { reducePrimitives } from "./reduce.ts";
import { sourcePrimitives } from "./sources.ts";
import { unaryPrimitives } from "./unary.ts";
import { viewPrimitives } from "./views.ts";
import { windowPrimitives } from "./window.ts";

/** Shapes, gradients and batching of every primitive, by its name. */
export const primitives: PrimitiveTable = {
  ...sourcePrimitives,
  ...unaryPrimitives,
  ...binaryPrimitives,
  ...elementwisePrimitives,
  ...viewPrimitives,
  ...reducePrimitives,
  ...dotPrimitives,
  ...convPrimitives,
  ...windowPrimitives,
  ...indexingPrimitives,
  ...linalgPrimitives,
  ...fftPrimitives,
  ...controlPrimitives,
  ...compositePrimitives,
};
