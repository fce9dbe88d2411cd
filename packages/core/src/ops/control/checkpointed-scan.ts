import { traceGraph } from "../../engine/trace-graph.ts";
import { bind } from "../../graph/bind.ts";
import type { Aval, Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import type { PrimitiveParams } from "../../primitives/params.ts";
import { recomputed } from "../../primitives/recompute.ts";
import { sliceAxis } from "../shape/split.ts";

/**
 * A scan as a scan over segments of `steps` rounds (Chen et al., Training Deep Nets with Sublinear Memory Cost, 2016): its gradient keeps what
 * was carried into each segment, and computes one segment at a time again. Rounds that fill no segment are run last.
 */
export function checkpointedScan(operands: readonly Value[], params: PrimitiveParams["scan"], steps: number): readonly Value[] {
  const { carry, xs, length, reverse } = params;
  const state = operands.slice(0, carry);
  const slices = operands.slice(carry, carry + xs);
  const constants = operands.slice(carry + xs);
  const count = Math.floor(length / steps);
  const rest = length - count * steps;
  const part = (from: number, to: number): Value[] => slices.map((slice) => sliceAxis(slice, 0, from, to));

  const avalsOf = (rounds: number): Aval[] => [
    ...state,
    ...slices.map(({ dtype, shape }) => ({ dtype, shape: [rounds, ...shape.slice(1)] })),
    ...constants,
  ];
  const segment = (values: readonly Value[], rounds: number): readonly Value[] => {
    const { graph } = traceGraph(avalsOf(rounds), (inputs) => bind("scan", inputs, { ...params, length: rounds }));
    return recomputed(graph, values);
  };
  const { graph: body } = traceGraph(avalsOf(steps), (inputs) => segment(inputs, steps));
  const first = reverse ? rest : 0;
  const segments = part(first, first + count * steps).map((slice) => build.reshape(slice, [count, steps, ...slice.shape.slice(1)]));
  const results = bind("scan", [...state, ...segments, ...constants], { body, carry, xs, length: count, reverse });
  const reached = results.slice(0, carry);
  const ys = results.slice(carry).map((y) => build.reshape(y, [count * steps, ...y.shape.slice(2)]));
  if (rest === 0) return [...reached, ...ys];

  const left = part(reverse ? 0 : length - rest, reverse ? rest : length);
  const last = segment([...reached, ...left, ...constants], rest);
  const lastYs = last.slice(carry);
  return [...last.slice(0, carry), ...ys.map((y, i) => build.concat(reverse ? [lastYs[i] as Value, y] : [y, lastYs[i] as Value], 0))];
}
