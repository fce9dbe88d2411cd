import { median } from "../measure.ts";
import { judge, own, ratio, type Verdict } from "./targets.ts";
import type { Numbers } from "./turns.ts";

/** A table in Markdown whose columns are as wide as their widest cell; all but the first `left` are aligned to the right. */
export function markdown(head: readonly string[], rows: readonly (readonly string[])[], left = 1): string {
  const widths = head.map((name, column) => Math.max(3, name.length, ...rows.map((row) => (row[column] as string).length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => (i < left ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number))).join(" | ")} |`;
  const rule = `| ${widths.map((width, i) => (i < left ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}

const short = (value: number): string => (value >= 1000 ? value.toFixed(0) : value.toPrecision(3));

export interface RowResult {
  readonly work: string;
  readonly row: string;
  readonly unit: string;
  readonly numbers: Numbers;
}

const head = ["work", "rival", "unit", "median", "min", "medians", "minima", "paired", "must reach"];

/** All results as one table. Ratios are neurite's number over the rival's. */
export function resultTable(results: readonly RowResult[]): string {
  return markdown(head, results.flatMap(rowsOf), 2);
}

function rowsOf({ work, row, unit, numbers }: RowResult): readonly (readonly string[])[] {
  const ours = numbers.get(own);
  const verdicts = judge(work, row, numbers);
  const inOrder = [...numbers].sort(([a, x], [b, y]) => Number(b === own) - Number(a === own) || Math.min(...x) - Math.min(...y));
  return inOrder.map(([name, theirs], i) => {
    const ratios = name === own || ours === undefined ? null : ratio(ours, theirs);
    return [
      i === 0 ? `${work} ${row}` : "",
      name,
      unit,
      short(median(theirs)),
      short(Math.min(...theirs)),
      ...(ratios === null ? ["", "", ""] : [ratios.medians, ratios.minima, ratios.paired].map((value) => value.toFixed(2))),
      verdicts.filter(({ rival }) => rival === name).map(mustReach).join(", "), // prettier-ignore
    ];
  });
}

function mustReach({ target, verdict }: Verdict): string {
  return `${target.atMost.toFixed(2)}${target.stretch === undefined ? "" : ` (${target.stretch.toFixed(2)})`} ${verdict}`;
}

/** How many targets were met, and which were not. */
export function summary(results: readonly RowResult[]): string {
  const verdicts = results.flatMap(({ work, row, numbers }) => judge(work, row, numbers));
  const of = (wanted: Verdict["verdict"]): readonly Verdict[] => verdicts.filter(({ verdict }) => verdict === wanted);
  const met = of("met").length + of("stretch met").length;
  const named = (list: readonly Verdict[]): string =>
    list.map(({ work, row, rival, target }) => `${work} ${row} (${rival ?? target.rivals?.join(", ") ?? "any"})`).join("; ");
  const lines = [
    `${met} targets met, ${of("missed").length} missed, ${of("unclear").length} unclear, ${of("no rival").length} without their rival`,
  ];
  if (of("missed").length > 0) lines.push(`missed: ${named(of("missed"))}`);
  if (of("unclear").length > 0) lines.push(`unclear: ${named(of("unclear"))}`);
  if (of("no rival").length > 0) lines.push(`without rival: ${named(of("no rival"))}`);
  return lines.join("\n");
}
