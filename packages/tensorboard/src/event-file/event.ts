/** Events as TensorFlow's protocol buffers hold them (tensorflow/core/util/event.proto, summary.proto, tensor.proto). */
import { PbfReader, PbfWriter } from "pbf";
import type { Summary, TensorContent } from "./summary.ts";

/** One entry of an event file. */
export interface Event {
  /** Seconds since 1970. */
  readonly wallTime: number;
  readonly step: number;
  /** What the first event of a file says: "brain.Event:2". */
  readonly fileVersion?: string;
  /** A serialized GraphDef. */
  readonly graphDef?: Uint8Array;
  readonly summaries?: readonly Summary[];
}

const dataClasses = { scalar: 1, tensor: 2, blob: 3 } as const;
const tensorTypes = { float32: 1, float64: 2, string: 7 } as const;

function writeShape(shape: readonly number[], pbf: PbfWriter): void {
  for (const size of shape) pbf.writeMessage(2, (dim: number, inner: PbfWriter) => inner.writeVarintField(1, dim), size);
}

function writeTensor({ dtype, shape, values }: TensorContent, pbf: PbfWriter): void {
  pbf.writeVarintField(1, tensorTypes[dtype]);
  pbf.writeMessage(2, writeShape, shape);
  for (const value of values) {
    if (dtype === "string") pbf.writeBytesField(8, value as Uint8Array);
    else if (dtype === "float32") pbf.writeFloatField(5, value as number);
  }
  if (dtype === "float64") pbf.writePackedDouble(6, values as number[]);
}

function writeMetadata({ plugin, dataClass, description }: Summary, pbf: PbfWriter): void {
  pbf.writeMessage(
    1,
    (_: null, inner) => {
      inner.writeStringField(1, plugin.name);
      inner.writeBytesField(2, plugin.content ?? new Uint8Array());
    },
    null,
  );
  if (description !== undefined) pbf.writeStringField(3, description);
  if (dataClass !== undefined) pbf.writeVarintField(4, dataClasses[dataClass]);
}

function writeSummaries(summaries: readonly Summary[], pbf: PbfWriter): void {
  for (const summary of summaries) {
    pbf.writeMessage(
      1,
      (value: Summary, inner) => {
        inner.writeStringField(1, value.tag);
        inner.writeMessage(8, writeTensor, value.tensor);
        inner.writeMessage(9, writeMetadata, value);
      },
      summary,
    );
  }
}

/** An event as bytes, without the frame of a record. */
export function encodeEvent(event: Event): Uint8Array {
  const pbf = new PbfWriter();
  pbf.writeDoubleField(1, event.wallTime);
  pbf.writeVarintField(2, event.step);
  if (event.fileVersion !== undefined) pbf.writeStringField(3, event.fileVersion);
  if (event.graphDef !== undefined) pbf.writeBytesField(4, event.graphDef);
  if (event.summaries !== undefined) pbf.writeMessage(5, writeSummaries, event.summaries);
  return pbf.finish();
}

/** What {@link decodeEvent} finds: values of the summary by tag. */
export interface DecodedEvent {
  wallTime: number;
  step: number;
  fileVersion?: string;
  graphDef?: Uint8Array;
  readonly summaries: DecodedSummary[];
}

/** A value of a summary as it was read. */
export interface DecodedSummary {
  tag: string;
  plugin: string;
  dtype: TensorContent["dtype"] | null;
  shape: number[];
  values: (number | Uint8Array)[];
}

/**
 * Reads an event; fields it does not know are passed over. Numbers of `tensor_content`, and `simple_value`, are read as well.
 *
 * @example
 * const events = [...readRecords(await readFile(writer.path))].map(decodeEvent);
 * events[0].fileVersion; // "brain.Event:2"
 */
export function decodeEvent(bytes: Uint8Array): DecodedEvent {
  return new PbfReader(bytes).readFields(
    (tag, event, pbf) => {
      if (tag === 1) event.wallTime = pbf.readDouble();
      else if (tag === 2) event.step = pbf.readVarint(true);
      else if (tag === 3) event.fileVersion = pbf.readString();
      else if (tag === 4) event.graphDef = pbf.readBytes();
      else if (tag === 5) pbf.readMessage(readSummary, event);
    },
    { wallTime: 0, step: 0, summaries: [] } as DecodedEvent,
  );
}

function readSummary(tag: number, event: DecodedEvent, pbf: PbfReader): void {
  if (tag !== 1) return;
  const empty: DecodedSummary = { tag: "", plugin: "", dtype: null, shape: [], values: [] };
  const summary = pbf.readMessage((field, value, inner) => {
    if (field === 1) value.tag = inner.readString();
    else if (field === 2) Object.assign(value, { plugin: "scalars", dtype: "float32", values: [inner.readFloat()] });
    else if (field === 8) inner.readMessage(readTensor, value);
    else if (field === 9)
      inner.readMessage((outer, _, metadata) => {
        if (outer === 1)
          metadata.readMessage((name, __, plugin) => {
            if (name === 1) value.plugin = plugin.readString();
          }, null);
      }, null);
  }, empty);
  event.summaries.push(summary);
}

function readTensor(tag: number, summary: DecodedSummary, pbf: PbfReader): void {
  if (tag === 1) {
    const type = pbf.readVarint();
    summary.dtype = (Object.entries(tensorTypes).find(([, code]) => code === type)?.[0] ?? null) as DecodedSummary["dtype"];
  } else if (tag === 2) {
    pbf.readMessage((field, shape, inner) => {
      if (field !== 2) return;
      shape.push(
        inner.readMessage((name, dim, size) => (name === 1 ? { size: (dim.size = size.readVarint(true)) } : dim), { size: 0 }).size,
      );
    }, summary.shape);
  } else if (tag === 4) {
    const content = pbf.readBytes();
    const copy = Uint8Array.from(content).buffer;
    if (summary.dtype === "float32") for (const value of new Float32Array(copy)) summary.values.push(value);
    else if (summary.dtype === "float64") for (const value of new Float64Array(copy)) summary.values.push(value);
  } else if (tag === 5) pbf.readPackedFloat(summary.values as number[]);
  else if (tag === 6) pbf.readPackedDouble(summary.values as number[]);
  else if (tag === 8) summary.values.push(pbf.readBytes());
}
