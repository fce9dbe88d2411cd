/** Tables of text with box-drawing lines, laid out as Keras's summaries are (by the library it prints with). */
import { ValueError } from "@neurite/core";

export interface Column {
  readonly header: string;
  readonly align: "left" | "right" | "center";
  /** Where the column ends, as a part of the table's width: 0 to 1. The last one ends at 1. */
  readonly end: number;
}

/** Widths of the columns' texts in a table of `lineLength` characters, lines and margins included. */
function columnWidths(columns: readonly Column[], lineLength: number): number[] {
  let start = 0;
  const wished = columns.map(({ end }) => {
    const width = Math.trunc(end * lineLength) - start;
    start += width;
    return width;
  });
  if (wished.some((width) => width < 4))
    throw new ValueError(`[summary] lineLength must leave room for ${columns.length} columns: got ${lineLength}`);
  // Lines and margins are taken off the columns evenly.
  let excess = 3 * columns.length + 1;
  return wished.map((width, i) => {
    const share = roundHalfEven(excess / (columns.length - i));
    excess -= share;
    return Math.max(0, width - share);
  });
}

function roundHalfEven(x: number): number {
  const below = Math.floor(x);
  return x - below === 0.5 ? below + (below % 2) : Math.round(x);
}

/** Breaks text at spaces into lines of `width`; a word that is too long is cut with an ellipsis. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.match(/\s*\S+\s*/g) ?? [""]) {
    if (line !== "" && line.length + word.trimEnd().length > width) {
      lines.push(line);
      line = "";
    }
    line += word;
  }
  lines.push(line);
  return lines.map((each) => (each.trimEnd().length > width ? `${each.slice(0, width - 1)}…` : each.trimEnd()));
}

function padText(text: string, width: number, align: Column["align"]): string {
  if (align === "right") return text.padStart(width);
  return align === "center" ? text.padStart(text.length + Math.floor((width - text.length) / 2)).padEnd(width) : text.padEnd(width);
}

/** The lines of a table: a header, and rows with lines between them. */
export function tableLines(columns: readonly Column[], rows: readonly (readonly string[])[], lineLength: number): string[] {
  const widths = columnWidths(columns, lineLength);
  const rule = (left: string, fill: string, middle: string, right: string): string =>
    `${left}${widths.map((width) => fill.repeat(width + 2)).join(middle)}${right}`;
  const rowLines = (cells: readonly string[], bar: string): string[] => {
    const wrapped = cells.map((cell, i) => wrapText(cell, widths[i]));
    const height = Math.max(...wrapped.map(({ length }) => length));
    return Array.from({ length: height }, (_, k) => {
      const padded = wrapped.map((lines, i) => padText(lines[k] ?? "", widths[i], columns[i].align));
      return `${bar} ${padded.join(` ${bar} `)} ${bar}`;
    });
  };
  return [
    rule("┏", "━", "┳", "┓"),
    ...rowLines(columns.map(({ header }) => header), "┃"), // prettier-ignore
    rule("┡", "━", "╇", "┩"),
    ...rows.flatMap((row, i) => [...(i === 0 ? [] : [rule("├", "─", "┼", "┤")]), ...rowLines(row, "│")]),
    rule("└", "─", "┴", "┘"),
  ];
}
