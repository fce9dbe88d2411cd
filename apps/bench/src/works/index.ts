import type { Work } from "../work.ts";
import { batchNorm } from "./batch-norm.ts";
import { cnn } from "./cnn.ts";
import { coldStart } from "./cold-start.ts";
import { gemm } from "./gemm.ts";
import { lstm } from "./lstm.ts";
import { mcDropout } from "./mc-dropout.ts";
import { mlp } from "./mlp.ts";
import { onePrediction } from "./one-prediction.ts";
import { otherModels } from "./other-models.ts";
import { regressor } from "./regressor.ts";
import { resnet } from "./resnet.ts";
import { transformer } from "./transformer.ts";

export const works: Readonly<Record<string, Work>> = {
  W0: gemm,
  W1: mlp,
  W2: cnn,
  W3: resnet,
  W4: onePrediction,
  W5: regressor,
  W6: batchNorm,
  W7: mcDropout,
  W9: coldStart,
  W11: lstm,
  W12: transformer,
  W13: otherModels,
};

/** The works of these names, or all. Throws where there is none of a name. */
export function chosenWorks(names: readonly string[]): readonly (readonly [name: string, work: Work])[] {
  return (names.length > 0 ? names : Object.keys(works)).map((name) => {
    const work = works[name];
    if (work === undefined)
      throw new Error(`[bench] there is no work ${JSON.stringify(name)}. Hint: there are ${Object.keys(works).join(", ")}`);
    return [name, work];
  });
}
