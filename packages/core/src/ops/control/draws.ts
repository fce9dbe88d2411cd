/**
 * Random numbers in bodies. A body is traced once and runs many times: the keys it draws become operands of it, and here are made those
 * that each run gets.
 */
import type { Draw } from "../../engine/context.ts";
import { traceGraph } from "../../engine/trace-graph.ts";
import type { Graph } from "../../graph/graph.ts";
import type { Aval, Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import type { Body } from "./bodies.ts";

/** For each key that a body drew, [lanes, ...key]: as if the lanes had drawn one after the other. */
export function keysOfLanes(draws: readonly Draw[], lanes: number): Map<Value, Value> {
  const keys = new Map<Value, Value>();
  for (const source of new Set(draws.map((draw) => draw.source))) {
    const own = draws.filter((draw) => draw.source === source);
    const each = own.reduce((total, { count }) => total + count, 0);
    const all = build.reshape(source.drawKeys(lanes * each), [lanes, each, 2]);
    let from = 0;
    for (const { count, keys: placeholder } of own) {
      keys.set(placeholder, build.slice(all, [0, from, 0], [lanes, from + count, 2]));
      from += count;
    }
  }
  return keys;
}

/** For each key that a body drew, the key that its only run gets. */
export function keysOfOne(draws: readonly Draw[]): Map<Value, Value> {
  return new Map(draws.map(({ source, count, keys }) => [keys, source.drawKeys(count)]));
}

/** The body of a scan with its keys among what is scanned over: [length, ...key] each. */
export function scanKeys(
  { graph, captures, draws }: Body,
  count: number,
  length: number,
  reverse: boolean,
): { graph: Graph; keys: Value[]; captures: Value[] } {
  const stacks = keysOfLanes(draws, length);
  const isKey = (capture: Value): boolean => stacks.has(capture);
  const inputs = graph.inputs.slice(0, count);
  const behind = captures.map((capture, i) => ({ capture, input: graph.inputs[count + i] as Value }));
  const ordered = [...behind.filter(({ capture }) => isKey(capture)), ...behind.filter(({ capture }) => !isKey(capture))];
  return {
    graph: { ...graph, inputs: [...inputs, ...ordered.map(({ input }) => input)] },
    keys: captures.filter(isKey).map((capture) => {
      const stack = stacks.get(capture) as Value;
      return reverse ? build.flip(stack, [0]) : stack;
    }),
    captures: captures.filter((capture) => !isKey(capture)),
  };
}

/** The body of a while loop with one key for each source as a further carry, from which each round draws its own and the next round's. */
export function carryKeys(body: Body, carry: readonly Aval[]): { body: Body; keys: Value[] } {
  const { graph, captures, draws } = body;
  if (draws.length === 0) return { body, keys: [] };
  const sources = [...new Set(draws.map(({ source }) => source))];
  const keys = sources.map((source) => build.reshape(source.drawKeys(1), [2]));
  const rest = captures.filter((capture) => !draws.some((draw) => draw.keys === capture));
  const { graph: wider } = traceGraph([...carry, ...keys, ...rest], (inputs) => {
    const given = new Map<Value, Value>(rest.map((capture, i) => [capture, inputs[carry.length + keys.length + i] as Value]));
    const next = sources.map((source, i) => {
      const own = draws.filter((draw) => draw.source === source);
      const each = own.reduce((total, { count }) => total + count, 0);
      const fresh = build.randomBits(inputs[carry.length + i] as Value, [each + 1, 2]);
      let from = 1;
      for (const { count, keys: placeholder } of own) {
        given.set(placeholder, build.slice(fresh, [from, 0], [from + count, 2]));
        from += count;
      }
      return build.reshape(build.slice(fresh, [0, 0], [1, 2]), [2]);
    });
    const operands = captures.map((capture) => given.get(capture) as Value);
    return [...build.inline(graph, [...inputs.slice(0, carry.length), ...operands]), ...next];
  });
  return { body: { ...body, graph: wider, captures: rest }, keys };
}
