export { decodeEvent, type DecodedEvent, type DecodedSummary } from "./event-file/event.ts";
export { frameRecord, readRecords } from "./event-file/records.ts";
export type { Summary, TensorContent } from "./event-file/summary.ts";
export {
  type AudioOptions,
  createFileWriter,
  FileWriter,
  type FileWriterOptions,
  type HistogramOptions,
  type ImageOptions,
  type SummaryOptions,
} from "./file-writer.ts";
export { modelGraph } from "./model-graph.ts";
export { TensorBoard, type TensorBoardOptions } from "./tensorboard.ts";
