/** The ops: functions from tensors to tensors, with Keras's names in camel case. */
export type { Axes } from "./support/axes.ts";
export type { Op } from "./support/op.ts";

export * from "./creation/index.ts";
export * from "./elementwise/index.ts";
export * from "./indexing/index.ts";
export * from "./linear/index.ts";
export * from "./nn/index.ts";
export * from "./reduction/index.ts";
export * from "./shape/index.ts";
export * from "./sorting/index.ts";
export * from "./fft/index.ts";
export * from "./linalg/index.ts";
export * as linalg from "./linalg/index.ts";
export * from "./control/index.ts";
export * as image from "./image/index.ts";
