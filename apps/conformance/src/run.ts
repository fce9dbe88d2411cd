import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { NotBuilt } from "./conformance-set.ts";
import { exceptionFor } from "./exceptions.ts";
import { isRefusal } from "./problems.ts";
import { type SetName, sets } from "./sets/index.ts";

export interface RunOptions {
  /** The folder of the format's README, which holds A, B, C, D and E or some of them. */
  readonly folder: string;
  readonly sets: readonly SetName[];
  /** Runs only cases whose "SET name" contains this. */
  readonly filter?: string | undefined;
  /** Takes the report, line by line. */
  readonly print: (line: string) => void;
}

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Runs the cases on the default device and prints what failed and what was skipped. */
export async function runConformance(options: RunOptions): Promise<Counts> {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  const doubtful = await readDoubtful(options.folder);
  for (const name of options.sets) {
    const folder = join(options.folder, name);
    if (!existsSync(folder)) continue;
    for (const { name: caseName, backend, run } of await (await sets[name]()).cases(folder)) {
      const label = `${name} ${caseName}`;
      if (options.filter !== undefined && !label.includes(options.filter)) continue;
      const outcome = await outcomeOf(run);
      const reason = outcome.status === "failed" ? exceptionFor(label, doubtful.has(label) || backend === "torch") : null;
      counts[reason === null ? outcome.status : "skipped"]++;
      if (outcome.status === "skipped") options.print(`skipped ${label}: ${outcome.lines[0]}`);
      if (outcome.status === "failed") {
        const doubt = doubtful.has(label) ? " (Keras itself gives something else on PyTorch)" : "";
        options.print(reason === null ? `FAILED ${label}${doubt}` : `exception ${label}${doubt}: ${reason}`);
        for (const line of outcome.lines) options.print(`  ${line}`);
      }
    }
  }
  return counts;
}

/** The cases in which Keras's backends do not agree with each other, as the index says: such a failure weighs little. */
async function readDoubtful(folder: string): Promise<ReadonlySet<string>> {
  const path = join(folder, "index.json");
  if (!existsSync(path)) return new Set();
  const { cases } = JSON.parse(await readFile(path, "utf8")) as {
    cases: readonly { set: string; name: string; torch_disagrees?: unknown }[];
  };
  return new Set(cases.filter((entry) => entry.torch_disagrees).map(({ set, name }) => `${set} ${name}`));
}

interface Outcome {
  readonly status: keyof Counts;
  readonly lines: readonly string[];
}

async function outcomeOf(run: () => Promise<readonly string[]>): Promise<Outcome> {
  try {
    const problems = await run();
    return { status: problems.length === 0 ? "passed" : "failed", lines: problems };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof NotBuilt || isRefusal(error)) return { status: "skipped", lines: [message] };
    return { status: "failed", lines: [error instanceof Error ? `${error.name}: ${message}` : message] };
  }
}
