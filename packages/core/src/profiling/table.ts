import type { Profile } from "./report.ts";
import { groupBy, type KernelTotals, labelOf, longestFirst, totalsOf } from "./totals.ts";

const mostRows = 20;

/** The profile as text: a line of totals, then the layers and the kernels that took longest. */
export function formatProfile(profile: Profile): string {
  const { total, device } = profile;
  const share = percent(total.nanoseconds, total.wallNanoseconds);
  const head = `${device}: ${total.calls} calls of kernels took ${duration(total.nanoseconds)}, ${share} of ${duration(total.wallNanoseconds)}`;
  const row = (name: string, { calls, nanoseconds, bytes, flops }: KernelTotals): string[] => [
    name,
    duration(nanoseconds),
    percent(nanoseconds, total.nanoseconds),
    String(calls),
    duration(nanoseconds / calls),
    rate(bytes, nanoseconds),
    flops === null ? "" : rate(flops, nanoseconds),
  ];
  const columns = ["time", "share", "calls", "each", "GB/s", "GFLOP/s"];
  const layers = profile.byLayer().map((layer) => row(layer.scope === "" ? "(no layer)" : layer.scope, layer));
  // The same work in several programs (other shapes, other callers) is one row.
  const labels = [...groupBy(profile.kernels, (kernel) => [labelOf(kernel)])].map(([label, same]) => ({ label, ...totalsOf(same) }));
  const kernels = longestFirst(labels).map((each) => row(each.label, each));
  return [head, table(["layer, with those inside", ...columns], layers), table(["kernel", ...columns], kernels)].join("\n\n");
}

/** The first column to the left, the others to the right. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const shown = [head, ...rows.slice(0, mostRows)];
  const widths = head.map((_, column) => Math.max(...shown.map((row) => row[column].length)));
  const lines = shown.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join("  "),
  );
  if (rows.length > mostRows) lines.push(`… ${rows.length - mostRows} more`);
  return lines.join("\n");
}

function duration(nanoseconds: number): string {
  if (nanoseconds >= 1e9) return `${(nanoseconds / 1e9).toFixed(2)} s`;
  if (nanoseconds >= 1e6) return `${(nanoseconds / 1e6).toFixed(2)} ms`;
  if (nanoseconds >= 1e3) return `${(nanoseconds / 1e3).toFixed(2)} µs`;
  return `${nanoseconds.toFixed(0)} ns`;
}

function percent(part: number, whole: number): string {
  return `${(whole > 0 ? (100 * part) / whole : 0).toFixed(1)}%`;
}

/** Per nanosecond: billions a second. */
function rate(amount: number, nanoseconds: number): string {
  return amount > 0 && nanoseconds > 0 ? (amount / nanoseconds).toFixed(2) : "";
}
