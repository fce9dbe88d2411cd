import { flattenTree } from "@neurite/core";
import type { Slots } from "../training/slots.ts";
import type { FunctionalGraph } from "./graph.ts";

const isDictionary = (x: unknown): x is Readonly<Record<string, unknown>> =>
  typeof x === "object" && x !== null && Object.getPrototypeOf(x) === Object.prototype;

const made = new WeakMap<FunctionalGraph, Slots>();

/** The inputs of a graph, named after their layers. */
export function inputSlots(graph: FunctionalGraph): Slots {
  let slots = made.get(graph);
  if (slots === undefined) {
    slots = { tree: graph.inputs, names: graph.inputTensors.map(({ node }) => node.operation.name) };
    made.set(graph, slots);
  }
  return slots;
}

/** Names of outputs, for a tree of them: its keys, else the layers that make them, else output_1, output_2…. Each name is there once. */
export function outputNames(graph: FunctionalGraph | null, tree: unknown): string[] {
  const children = isDictionary(tree) ? Object.values(tree) : Array.isArray(tree) ? tree : [tree];
  const isFlat = children.every((child) => !Array.isArray(child) && !isDictionary(child));
  const names =
    isDictionary(tree) && isFlat
      ? Object.keys(tree)
      : (graph?.outputTensors.map(({ node }) => node.operation.name) ?? flattenTree(tree).map((_, i) => `output_${i + 1}`));
  const taken = new Map<string, number>();
  return names.map((name) => {
    const count = taken.get(name) ?? 0;
    taken.set(name, count + 1);
    return count === 0 ? name : `${name}_${count}`;
  });
}
