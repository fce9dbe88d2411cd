import type { Layer } from "@neurite/layers";
import { bytesPerElement, type DType, type Variable } from "@neurite/core";

export interface SummaryOptions {
  /** Where lines go; default the console. */
  readonly printFn?: (line: string) => void;
  /** Total width in characters; default 80. */
  readonly lineLength?: number;
}

interface Row {
  readonly name: string;
  readonly shape: string;
  readonly params: string;
  readonly connected: string | null;
}

/** What a summary needs to know of a model. */
export interface Summarized {
  readonly name: string;
  readonly layers: readonly Layer[];
  readonly built: boolean;
  readonly trainableVariables: readonly Variable[];
  readonly nonTrainableVariables: readonly Variable[];
  readonly optimizerVariables: readonly Variable[] | null;
  /** Output shape of a layer in this model, null where it is not known. */
  outputShapeOf(layer: Layer): string | null;
  /** What a layer is connected to; null in models that are plain stacks. */
  connectionsOf(layer: Layer): string | null;
}

/** The model as a table, laid out as Keras prints it. */
export function summaryLines(model: Summarized, options: SummaryOptions = {}): string[] {
  const rows = model.layers.map((layer): Row => ({
    name: `${layer.name} (${layer.className})`,
    shape: model.outputShapeOf(layer) ?? "?",
    params: layer.built || layer.variables.length > 0 ? grouped(layer.countParams()) : "0 (unbuilt)",
    connected: model.connectionsOf(layer),
  }));
  const withConnections = rows.some(({ connected }) => connected !== null);
  const widths = columnWidths(options.lineLength ?? 80, withConnections ? [19, 17, 10, 17] : [31, 22, 13]);
  const header = ["Layer (type)", "Output Shape", "Param #", ...(withConnections ? ["Connected to"] : [])];
  const line = (cells: readonly string[], bar: string): string[] => {
    const wrapped = cells.map((cell, i) => wrap(cell, widths[i] as number));
    return Array.from({ length: Math.max(...wrapped.map((lines) => lines.length)) }, (_, k) => {
      const parts = wrapped.map((lines, i) => (i === 2 ? (lines[k] ?? "").padStart(widths[i] as number) : (lines[k] ?? "").padEnd(widths[i] as number)));
      return `${bar} ${parts.join(` ${bar} `)} ${bar}`;
    });
  };
  const rule = (left: string, fill: string, middle: string, right: string): string =>
    `${left}${widths.map((width) => fill.repeat(width + 2)).join(middle)}${right}`;

  const lines = [`Model: "${model.name}"`, rule("┏", "━", "┳", "┓"), ...line(header, "┃"), rule("┡", "━", "╇", "┩")];
  rows.forEach((row, i) => {
    if (i > 0) lines.push(rule("├", "─", "┼", "┤"));
    lines.push(...line([row.name, row.shape, row.params, ...(withConnections ? [row.connected ?? "-"] : [])], "│"));
  });
  lines.push(rule("└", "─", "┴", "┘"));

  const trainable = sizeOf(model.trainableVariables);
  const frozen = sizeOf(model.nonTrainableVariables);
  const optimizer = model.optimizerVariables === null ? null : sizeOf(model.optimizerVariables);
  const total = { count: trainable.count + frozen.count + (optimizer?.count ?? 0), bytes: trainable.bytes + frozen.bytes + (optimizer?.bytes ?? 0) };
  lines.push(` Total params: ${counted(total)}`, ` Trainable params: ${counted(trainable)}`, ` Non-trainable params: ${counted(frozen)}`);
  if (optimizer !== null) lines.push(` Optimizer params: ${counted(optimizer)}`);
  return lines;
}

const grouped = (count: number): string => count.toLocaleString("en-US");

function sizeOf(variables: readonly Variable[]): { count: number; bytes: number } {
  let count = 0;
  let bytes = 0;
  for (const variable of variables) {
    count += variable.size;
    bytes += variable.size * bytesPerElement(variable.dtype as DType);
  }
  return { count, bytes };
}

function counted({ count, bytes }: { count: number; bytes: number }): string {
  return `${grouped(count)} (${readableBytes(bytes)})`;
}

/** Bytes with two decimals, as Keras writes them: "1.02 MB" (binary units). */
export function readableBytes(bytes: number): string {
  let size = bytes;
  for (const unit of ["B", "KB", "MB", "GB", "TB"]) {
    if (size < 1024 || unit === "TB") return `${size.toFixed(2)} ${unit}`;
    size /= 1024;
  }
  return "";
}

/** Content widths of the columns: Keras's own at 80 characters, wider names at more. */
function columnWidths(total: number, at80: readonly number[]): number[] {
  return at80.map((width, i) => (i === 0 ? Math.max(12, width + total - 80) : width));
}

/** Breaks at spaces; a word that is too long is cut with an ellipsis. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split("\n")) {
    let line = "";
    for (const word of paragraph.split(" ")) {
      const cut = word.length > width ? `${word.slice(0, width - 1)}…` : word;
      if (line !== "" && line.length + 1 + cut.length > width) {
        lines.push(line);
        line = cut;
      } else {
        line = line === "" ? cut : `${line} ${cut}`;
      }
    }
    lines.push(line);
  }
  return lines;
}
