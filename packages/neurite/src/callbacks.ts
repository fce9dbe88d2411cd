import "./defaults/index.ts";

export * from "@neurite/callbacks";
export { TensorBoard, type TensorBoardOptions } from "@neurite/tensorboard";
