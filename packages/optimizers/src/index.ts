export type { AdaptiveMomentsOptions } from "./adaptive-moments.ts";
export { Adadelta, type AdadeltaOptions } from "./adadelta.ts";
export { Adafactor, type AdafactorOptions } from "./adafactor.ts";
export { Adagrad, type AdagradOptions } from "./adagrad.ts";
export { Adam, type AdamOptions } from "./adam.ts";
export { Adamax, type AdamaxOptions } from "./adamax.ts";
export { AdamW, type AdamWOptions } from "./adamw.ts";
export { Ftrl, type FtrlOptions } from "./ftrl.ts";
export { Lamb, type LambOptions } from "./lamb.ts";
export { Lion, type LionOptions } from "./lion.ts";
export { Muon, type MuonOptions } from "./muon.ts";
export { Nadam, type NadamOptions } from "./nadam.ts";
export { RMSprop, type RMSpropOptions } from "./rmsprop.ts";
export { ScheduleFreeAdamW, type ScheduleFreeAdamWOptions } from "./schedule-free-adamw.ts";
export { SGD, type SGDOptions } from "./sgd.ts";
export { getOptimizer, type OptimizerIdentifier } from "./get-optimizer.ts";
export {
  isOptimizer,
  learningRateField,
  type LearningRateLike,
  Optimizer,
  type GradientAndVariable,
  type OptimizerOptions,
} from "./optimizer.ts";
export { optimizersPlugin } from "./plugin.ts";
export type { SlotOptions } from "./slots.ts";
export { optimizers, type OptimizerName } from "./table.ts";
export type { LearningRateSchedule } from "@neurite/schedules";
export { LossScaleOptimizer, type LossScaleOptions } from "./wrappers/loss-scale-optimizer.ts";
export { MultiOptimizer, type MultiOptimizerOptions } from "./wrappers/multi-optimizer.ts";
export { OptimizerMap } from "./wrappers/optimizer-map.ts";
