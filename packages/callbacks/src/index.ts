export { Callback } from "./callback.ts";
export { CallbackList, type ProgressListener } from "./callback-list.ts";
export { EarlyStopping, type EarlyStoppingOptions } from "./early-stopping.ts";
export { History } from "./history.ts";
export { improvement, type MonitorMode } from "./monitored.ts";
export { ProgressBar, type ProgressOutput } from "./progress-bar.ts";
