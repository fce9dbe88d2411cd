import { describeValue, type Entries, invalid, type Registry, resolveIdentifier, ValueError } from "@neurite/core";
import { losses, type LossName } from "../table.ts";
import type { Loss, LossFunction } from "./loss.ts";
import { LossFunctionWrapper } from "./loss-function-wrapper.ts";

/** What is accepted where a loss is wanted: an identifier, a loss, or a function that gives the loss of each sample. */
export type LossLike = LossName | (string & {}) | Loss | LossFunction;

/**
 * The loss an identifier stands for. Functions are wrapped, so that the result always reduces.
 *
 * Labels and predictions are [batch, …]; the loss is a scalar.
 *
 * @throws ValueError for an unknown name.
 *
 * @example
 * getLoss("mse")([[0], [1]], [[0.5], [1]]); // 0.125
 */
export function getLoss(identifier: LossLike, registry?: Registry): Loss {
  const loss = resolveIdentifier("losses", losses as Entries, identifier, registry);
  if (loss === invalid)
    throw new ValueError(
      `[getLoss] a loss is a name, a Loss, or a function from labels and predictions to the loss of each sample: received ${describeValue(identifier)}`,
    );
  return isLoss(loss) ? loss : new LossFunctionWrapper(loss as LossFunction);
}

/**
 * True for losses (of labels and predictions of any shape), also those of another copy of neurite.
 *
 * @example
 * isLoss(getLoss("mse")); // true
 */
export function isLoss(x: unknown): x is Loss {
  return typeof x === "function" && "reduction" in x && typeof (x as Partial<Loss>).getConfig === "function";
}
