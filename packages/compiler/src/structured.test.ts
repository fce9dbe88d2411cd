import { type Aval, type Graph, type Value, bindOne, build as b } from "@neurite/core";
import { describe, expect, it } from "vitest";
import { compileGraph, printPlan } from "./index.ts";
import { difference, runCompiled, runReference } from "./testing/execute.ts";
import { aval, convParams, float32, programGraph, randomData, randomNumbers } from "./testing/graphs.ts";

function graphOf(inputs: readonly Aval[], build: (inputs: readonly Value[]) => readonly Value[]): Graph {
  return programGraph({ inputs, build: (values) => ({ outputs: build(values) }) });
}

function agrees(graph: Graph, bound: number): void {
  const random = randomNumbers(3);
  const data = { inputs: graph.inputs.map((value) => randomData(value, random)) };
  expect(difference(runCompiled(graph, data), runReference(graph, data))).toBeLessThanOrEqual(bound);
}

/** Symmetric and positive definite: x·xᵀ + 2. */
function definite(x: Value): Value {
  const n = x.shape[0] as number;
  const diagonal = b.eq(b.iota([n, n], 0), b.iota([n, n], 1));
  return b.add(b.dot(x, b.transpose(x, [1, 0])), b.select(diagonal, b.constant(2, "float32"), b.constant(0, "float32")));
}

describe("structured kernels compute what their primitives say", () => {
  it("running reductions and sorting along any axis, through views", () => {
    for (const axis of [0, 1, 2]) {
      for (const reverse of [false, true]) {
        const graph = graphOf([float32(3, 4, 5)], ([x]) => [
          b.cumulative("sum", x!, axis, reverse),
          b.cumulative("max", b.transpose(x!, [2, 0, 1]), axis, reverse),
          b.argsort(b.neg(x!), axis, reverse),
        ]);
        agrees(graph, 1e-6);
      }
    }
  });

  it("Cholesky factors and triangular systems", () => {
    const graph = graphOf([float32(4, 4), float32(4, 3)], ([x, y]) => {
      const factor = b.cholesky(definite(x!));
      return [factor, b.triangularSolve(factor, y!, { lower: true, transpose: true, unitDiagonal: false })];
    });
    agrees(graph, 1e-5);
  });

  it("primitives with several outputs: each output is a value of its own, and may be missing, an operand or a result twice", () => {
    const graph = graphOf([float32(2, 4, 3)], ([x]) => {
      const [packed, , permutation] = b.lu(x!) as [Value, Value, Value];
      return [packed, b.add(b.cast(permutation, "float32"), 1), b.reshape(packed, [24]), b.reduce("sum", packed, [0])];
    });
    agrees(graph, 1e-5);
  });
});

describe("convolutions of several groups", () => {
  const depthwise = (x: Value, filter: Value): Value => {
    const moved = b.transpose(b.reshape(x, [2, 5, 6, 8, 1]), [3, 0, 1, 2, 4]);
    const sums = b.conv(moved, filter, convParams(1));
    return b.reshape(b.transpose(sums, [1, 2, 3, 0, 4]), [2, 5, 6, 8]);
  };

  it("are stored as those who follow read them, channels last", () => {
    const graph = graphOf([float32(2, 5, 6, 8), float32(8, 3, 3, 1, 1)], ([x, filter]) => {
      const y = depthwise(x!, filter!);
      const mean = b.div(b.reduce("sum", y, [0, 1, 2]), 60);
      return [b.sub(y, b.broadcast(b.reshape(mean, [1, 1, 1, 8]), [2, 5, 6, 8]))];
    });
    const plan = printPlan(compileGraph(graph));
    expect(plan).toMatch(/conv \[8,2,5,6,1\].*\n\s+%\d+\[1,240,48,8,0\] = r0/);
    expect(plan).toMatch(/sum\(%\d+\)/);
    agrees(graph, 1e-5);
  });

  it("stay as they are where somebody reads them so", () => {
    const graph = graphOf([float32(8, 2, 5, 6, 1), float32(8, 3, 3, 1, 1)], ([x, filter]) => {
      const y = b.conv(x!, filter!, convParams(0));
      return [y, b.transpose(y, [1, 2, 3, 0, 4])];
    });
    agrees(graph, 1e-5);
  });
});

describe("lowering of dtypes", () => {
  const lowering = new Set(["half", "byte", "complex"] as const);
  const planOf = (inputs: readonly Aval[], build: (inputs: readonly Value[]) => Value): string =>
    printPlan(
      compileGraph(
        graphOf(inputs, (values) => [build(values)]),
        { lowering },
      ),
    );

  it("products of 16-bit floats are computed in float32 and rounded as they are stored", () => {
    const plan = planOf([aval("float16", 3, 4), aval("float16", 4, 5)], ([x, y]) => b.dot(x!, y!));
    expect(plan).toMatch(/dot .*\n\s+out0 = float16\(r0\)/);
  });

  it("products of complex numbers are four products of their parts; sums two sums", () => {
    const plan = planOf([aval("complex64", 3, 4), aval("complex64", 4, 5)], ([x, y]) => b.dot(x!, y!));
    expect(plan.match(/: dot /g)).toHaveLength(4);
    expect(planOf([aval("complex64", 3, 4)], ([x]) => b.reduce("sum", x!, [1]))).toMatch(/out0 = complex\(r0, r1\)/);
  });

  it("what only moves elements stays", () => {
    const plan = planOf([aval("float16", 3, 4)], ([x]) => b.transpose(x!, [1, 0]));
    expect(plan).not.toContain("float32");
  });
});

describe("integer division", () => {
  it("names the op and the layer by a site; floating division has none", () => {
    const { sites } = compileGraph(
      graphOf([aval("int32", 3), aval("int32", 3)], ([x, y]) => [b.div(x!, y!), bindOne("rem", [x!, y!], {})]),
    );
    expect(sites.map(({ op, message }) => `[${op}] ${message}`)).toEqual([
      "[div] integer division by zero",
      "[rem] integer division by zero",
    ]);
    expect(compileGraph(graphOf([float32(3), float32(3)], ([x, y]) => [b.div(x!, y!)])).sites).toEqual([]);
  });

  it("keeps constants of 64 bits", () => {
    const plan = compileGraph(graphOf([aval("int64", 3)], ([x]) => [b.add(x!, b.constant(2n ** 60n + 1n, "int64"))]));
    expect(printPlan(plan)).toContain("1152921504606846977");
  });
});
