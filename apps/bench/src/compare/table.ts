import { median } from "../measure.ts";
import { judge, own, ratio, type RowResult, type Verdict } from "./targets.ts";

/** A table in Markdown whose columns are as wide as their widest cell; all but the first `left` are aligned to the right. */
export function markdown(head: readonly string[], rows: readonly (readonly string[])[], left = 1): string {
  const widths = head.map((name, column) => Math.max(3, name.length, ...rows.map((row) => (row[column] as string).length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => (i < left ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number))).join(" | ")} |`;
  const rule = `| ${widths.map((width, i) => (i < left ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}

const short = (value: number): string => (value >= 1000 ? value.toFixed(0) : value.toPrecision(3));

const head = ["work", "rival", "unit", "median", "min", "medians", "minima", "paired", "must reach"];

/** All results as one table. Ratios are neurite's number over the rival's. */
export function resultTable(results: readonly RowResult[]): string {
  return markdown(head, results.flatMap(rowsOf), 2);
}

function rowsOf(result: RowResult): readonly (readonly string[])[] {
  const { work, row, unit, numbers } = result;
  const ours = numbers.get(own);
  const verdicts = judge(result);
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
  const verdicts = results.flatMap((result) => judge(result));
  const met = verdicts.filter(({ verdict }) => verdict.endsWith("met"));
  const lines = [`${met.length} of ${verdicts.length} targets met`];
  for (const wanted of ["missed", "unclear", "disturbed", "no rival"] as const) {
    const list = verdicts.filter(({ verdict }) => verdict === wanted);
    const named = list.map(({ work, row, rival, target }) => `${work} ${row} (${rival ?? target.rivals?.join(", ") ?? "any"})`);
    if (list.length > 0) lines.push(`${wanted}: ${named.join("; ")}`);
  }
  return lines.join("\n");
}
