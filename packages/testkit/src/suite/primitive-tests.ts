/** Each primitive in each dtype against the oracle. */
import { type DType, type Graph, NeuriteError, type PrimitiveName } from "@neurite/core";
import type { PrimitiveCase } from "../primitives/case.ts";
import { primitiveGenerators } from "../primitives/table.ts";
import { runGraph, traced } from "../samples/run-graph.ts";
import { findDifference } from "./compare.ts";
import { NotApplicable, type SuiteTest } from "./options.ts";
import { contentsOf, requireSupport, type SuiteSetting } from "./setting.ts";

export function primitiveTests(setting: SuiteSetting): readonly SuiteTest[] {
  return (Object.keys(primitiveGenerators) as PrimitiveName[]).flatMap((op) =>
    setting.dtypes
      .map((dtype) => ({ dtype, cases: primitiveGenerators[op](dtype, setting) }))
      .filter(({ cases }) => cases.length > 0)
      .map(({ dtype, cases }): SuiteTest => ({
        name: `primitives/${op}/${dtype}`,
        part: "primitives",
        run: () => runCases(setting, op, dtype, cases),
      })),
  );
}

/** Most failures of one test that are told in full. */
const mostTold = 5;

async function runCases(setting: SuiteSetting, op: PrimitiveName, dtype: DType, cases: readonly PrimitiveCase[]): Promise<void> {
  const lacking = setting.backend.capabilities.unsupported.get(op);
  if (lacking !== undefined) {
    const [first] = cases;
    requireRefusal(setting, op, traced(first.inputs, first.fn));
    throw new NotApplicable(`${op}: ${lacking}`);
  }
  const failures: string[] = [];
  let ran = 0;
  for (const each of cases) {
    try {
      if (await runCase(setting, op, dtype, each)) ran++;
    } catch (error) {
      failures.push(`${each.name}: ${(error as Error).message}`);
    }
  }
  if (failures.length > 0) {
    const more = failures.length > mostTold ? `\n… and ${failures.length - mostTold} more of ${cases.length} cases` : "";
    throw new Error(`${op} of ${dtype}\n${failures.slice(0, mostTold).join("\n")}${more}`);
  }
  if (ran === 0) throw new NotApplicable(`every case of ${op} in ${dtype} needs something else that the backend lacks`);
}

async function runCase(setting: SuiteSetting, op: PrimitiveName, dtype: DType, { inputs, fn, accuracy }: PrimitiveCase): Promise<boolean> {
  const allowed = accuracy ?? setting.accuracies[`${op}/${dtype}`] ?? setting.accuracies[op];
  const graph = traced(inputs, fn);
  try {
    requireSupport(setting.backend, graph);
  } catch (error) {
    if (error instanceof NotApplicable) return false;
    throw error;
  }
  const [found, expected] = [await runGraph(setting.backend, graph, inputs), await runGraph(setting.oracle, graph, inputs)];
  for (const [i, output] of expected.entries()) {
    const difference = findDifference(found[i], output, allowed, setting);
    if (difference !== null) throw new Error(expected.length > 1 ? `output ${i}: ${difference}` : difference);
  }
  return true;
}

/** What a backend lists as unsupported it must refuse, by an error of neurite's. */
function requireRefusal({ backend }: SuiteSetting, op: PrimitiveName, graph: Graph): void {
  if (!contentsOf(graph).ops.has(op)) return;
  try {
    backend.compile(graph);
  } catch (error) {
    if (error instanceof NeuriteError) return;
    throw new Error(`compile refuses ${op} with a ${(error as Error).name}: it must be a DeviceError or DTypeError`, { cause: error });
  }
  throw new Error(`${op} is listed as unsupported, but a graph with it compiles`);
}
