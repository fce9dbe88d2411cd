import { describe, expect, it } from "vitest";
import { randomNumbers } from "../testing/graphs.ts";
import { AcyclicGraph } from "./acyclic-graph.ts";

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Is there a path, found by looking everywhere. */
function reaches(graph: AcyclicGraph, from: number, to: number, without: readonly number[] = []): boolean {
  const pending = [from];
  const seen = new Set<number>();
  while (pending.length > 0) {
    for (const next of graph.successors[pending.pop()!]!) {
      if (next === to) return true;
      if (seen.has(next) || without.includes(next)) continue;
      seen.add(next);
      pending.push(next);
    }
  }
  return false;
}

function expectOrdered(graph: AcyclicGraph): void {
  const position = new Map(graph.order().map((node, i) => [node, i]));
  graph.successors.forEach((successors, node) => {
    for (const next of successors) expect(position.get(node)!).toBeLessThan(position.get(next)!);
  });
}

describe("AcyclicGraph", () => {
  it("takes an edge exactly when it closes no cycle, and keeps its order", () => {
    const random = randomNumbers(11);
    const graph = new AcyclicGraph(upTo(30));
    for (let i = 0; i < 200; i++) {
      const from = Math.floor(random() * 30);
      const to = Math.floor(random() * 30);
      const closes = from === to || reaches(graph, to, from);
      expect(graph.tryEdge(from, to)).toBe(!closes);
      expectOrdered(graph);
    }
  });

  it("merges two nodes exactly when no path leads through a third, and keeps its order", () => {
    const random = randomNumbers(12);
    let merged = 0;
    for (let round = 0; round < 40; round++) {
      const graph = new AcyclicGraph(upTo(20));
      for (let i = 0; i < 40; i++) graph.tryEdge(Math.floor(random() * 20), Math.floor(random() * 20));
      const alive = new Set(Array.from({ length: 20 }, (_, i) => i));
      for (let i = 0; i < 15; i++) {
        const [a, b] = [...alive].sort(() => random() - 0.5).slice(0, 2) as [number, number];
        const throughThird =
          [...graph.successors[a]!].some((next) => next !== b && reaches(graph, next, b)) ||
          [...graph.successors[b]!].some((next) => next !== a && reaches(graph, next, a));
        expect(graph.tryMerge(a, b)).toBe(!throughThird);
        if (!throughThird) {
          alive.delete(b);
          merged++;
        }
        expectOrdered(graph);
      }
    }
    expect(merged).toBeGreaterThan(100);
  });

  it("answers no when a search takes too long", () => {
    const graph = new AcyclicGraph(upTo(50), 10);
    for (let i = 0; i + 1 < 50; i++) graph.tryEdge(i, i + 1);
    expect(graph.tryEdge(49, 0)).toBe(false);
    expect(graph.tryMerge(0, 49)).toBe(false);
    expect(graph.tryMerge(4, 5)).toBe(true);
  });
});
