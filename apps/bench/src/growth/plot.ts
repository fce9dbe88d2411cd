import * as echarts from "echarts";
import type { Pair } from "./measure.ts";
import { axes, type Axis } from "./sizes.ts";

const series = [
  { name: "step", row: 0, of: ({ several }: Pair) => several.step },
  { name: "step, 1 thread", row: 0, of: ({ one }: Pair) => one.step },
  { name: "trace and compile", row: 0, of: ({ several }: Pair) => several.compile },
  { name: "arena", row: 1, of: ({ several }: Pair) => several.arena },
  { name: "weights and optimizer", row: 1, of: ({ several }: Pair) => several.state },
];
const rows = ["ms", "MiB"];

/** An SVG picture: a column for each axis, times above and memory below, all on logarithmic scales. */
export function plotGrowth(growth: ReadonlyMap<Axis, readonly Pair[]>): string {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: 1080, height: 640 });
  const cells = rows.flatMap((unit, row) => axes.map((axis, column) => ({ unit, row, axis, column })));
  chart.setOption({
    animation: false,
    legend: { bottom: 0 },
    grid: cells.map(({ row, column }) => ({ left: 60 + column * 345, width: 280, top: 30 + row * 300, height: 230 })),
    xAxis: cells.map(({ axis }, gridIndex) => ({ type: "log", logBase: 2, name: axis, nameLocation: "middle", nameGap: 25, gridIndex })),
    yAxis: cells.map(({ unit }, gridIndex) => ({ type: "log", name: unit, gridIndex })),
    series: cells.flatMap(({ row, axis }, cell) =>
      series
        .filter((line) => line.row === row)
        .map((line) => ({
          name: line.name,
          type: "line",
          xAxisIndex: cell,
          yAxisIndex: cell,
          symbolSize: 4,
          // Logarithms have no zero.
          data: (growth.get(axis) ?? []).map((pair) => [pair.one.size[axis], Math.max(1e-3, line.of(pair))]),
        })),
    ),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
