import { bytesPerElement, type DType, type Variable } from "@neurite/core";

export interface SummaryOptions {
  /** Where lines go; default the console. */
  readonly printFn?: (line: string) => void;
  /** Total width in characters; default 80. */
  readonly lineLength?: number;
}

/** One layer's line. */
export interface SummaryRow {
  readonly name: string;
  readonly className: string;
  /** "(None, 300)"; null where it is not known. */
  readonly outputShape: string | null;
  /** Number of weights; null before they exist. */
  readonly params: number | null;
  /** "dense[0][0]"; null in models that are plain stacks. */
  readonly connectedTo: string | null;
}

/** What a summary shows of a model. */
export interface Summarized {
  readonly name: string;
  readonly rows: readonly SummaryRow[];
  readonly trainable: readonly Variable[];
  readonly nonTrainable: readonly Variable[];
  /** Null where the optimizer has no slots yet. */
  readonly optimizer: readonly Variable[] | null;
}

/** The model as a table, laid out as Keras prints it. */
export function summaryLines(model: Summarized, options: SummaryOptions = {}): string[] {
  const connected = model.rows.some(({ connectedTo }) => connectedTo !== null);
  const widths = columnWidths(options.lineLength ?? 80, connected ? [19, 17, 10, 17] : [31, 22, 13]);
  const line = (cells: readonly string[], bar: string): string[] => {
    const wrapped = cells.map((cell, i) => wrap(cell, widths[i] as number));
    return Array.from({ length: Math.max(...wrapped.map(({ length }) => length)) }, (_, k) => {
      const parts = wrapped.map((lines, i) => {
        const text = lines[k] ?? "";
        return i === 2 ? text.padStart(widths[i] as number) : text.padEnd(widths[i] as number);
      });
      return `${bar} ${parts.join(` ${bar} `)} ${bar}`;
    });
  };
  const rule = (left: string, fill: string, middle: string, right: string): string =>
    `${left}${widths.map((width) => fill.repeat(width + 2)).join(middle)}${right}`;

  const header = ["Layer (type)", "Output Shape", "Param #", ...(connected ? ["Connected to"] : [])];
  const lines = [`Model: "${model.name}"`, rule("┏", "━", "┳", "┓"), ...line(header, "┃"), rule("┡", "━", "╇", "┩")];
  model.rows.forEach((row, i) => {
    if (i > 0) lines.push(rule("├", "─", "┼", "┤"));
    const params = row.params === null ? "0 (unbuilt)" : grouped(row.params);
    lines.push(
      ...line([`${row.name} (${row.className})`, row.outputShape ?? "?", params, ...(connected ? [row.connectedTo ?? "-"] : [])], "│"),
    );
  });
  lines.push(rule("└", "─", "┴", "┘"));

  const trainable = sizeOf(model.trainable);
  const frozen = sizeOf(model.nonTrainable);
  const slots = sizeOf(model.optimizer ?? []);
  const total = { count: trainable.count + frozen.count + slots.count, bytes: trainable.bytes + frozen.bytes + slots.bytes };
  lines.push(` Total params: ${counted(total)}`, ` Trainable params: ${counted(trainable)}`, ` Non-trainable params: ${counted(frozen)}`);
  if (model.optimizer !== null) lines.push(` Optimizer params: ${counted(slots)}`);
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
