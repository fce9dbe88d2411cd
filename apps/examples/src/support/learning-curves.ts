import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import * as echarts from "echarts";
import { plot } from "simple-ascii-chart";

/** Metric values by name, one for each epoch, as `fit` returns them. */
type Curves = Readonly<Record<string, readonly number[]>>;

/** The curves as drawings for the terminal: one for each metric, training beside validation. */
export function drawCurves(curves: Curves): string {
  const metrics = Object.keys(curves).filter((name) => !name.startsWith("val_") && (curves[name] ?? []).length > 1);
  return metrics
    .map((metric) =>
      drawMetric(
        metric,
        [metric, `val_${metric}`].filter((name) => name in curves),
        curves,
      ),
    )
    .join("\n");
}

function drawMetric(metric: string, names: readonly string[], curves: Curves): string {
  const points = names.map((name) => (curves[name] as readonly number[]).map((value, epoch) => [epoch + 1, value] as [number, number]));
  return plot(points, {
    width: 64,
    height: 10,
    title: `${metric} by epoch`,
    color: process.stdout.isTTY ? ["ansiCyan", "ansiYellow"] : undefined,
    legend: { position: "bottom", series: names as string[] },
    formatter: (value, { axis }) => (axis === "y" ? Number(value.toFixed(3)) : value),
  });
}

/** Writes the curves as an SVG file into ./output and returns its path. */
export async function saveCurves(curves: Curves, file: string, title: string): Promise<string> {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: 800, height: 480 });
  const epochs = Math.max(...Object.values(curves).map((values) => values.length));
  chart.setOption({
    animation: false,
    title: { text: title, left: "center" },
    legend: { bottom: 0 },
    grid: { left: 60, right: 30, top: 50, bottom: 60 },
    xAxis: { type: "category", name: "epoch", data: Array.from({ length: epochs }, (_, i) => i + 1) },
    yAxis: { type: "value", min: 0 },
    series: Object.entries(curves).map(([name, values]) => ({ name, type: "line", data: [...values], showSymbol: epochs < 30 })),
  });
  const path = resolve(join("output", file));
  await mkdir("output", { recursive: true });
  await writeFile(path, chart.renderToSVGString());
  chart.dispose();
  return path;
}
