import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Emit, median } from "./measure.ts";

/** A script in `rivals/` and the backend of Keras it is run with, if it is Keras. */
export interface Rival {
  readonly script: string;
  readonly backend?: "tensorflow" | "torch";
}

export interface Comparison {
  readonly work: string;
  /** Trains for one epoch. */
  readonly fit: () => Promise<unknown>;
  readonly rivals: readonly Rival[];
  readonly samples: number;
  readonly batch: number;
  /** Epochs timed of each. They alternate one by one, so that a busy moment of the machine hits all. */
  readonly rounds: number;
  readonly threads?: number | undefined;
}

/** Trains for one epoch and gives its seconds; null when it cannot. */
type Epoch = () => Promise<number | null>;

/**
 * Times epochs of neurite and, where NEURITE_PYTHON names a Python that has them, of its rivals, in turns. Ends with a table of ratios on
 * standard error: rival's time over neurite's, by medians and by minima, and the quartiles of the ratios within each turn.
 */
export async function compare(emit: Emit, { work, fit, rivals, samples, batch, rounds, threads }: Comparison): Promise<void> {
  const python = process.env["NEURITE_PYTHON"];
  if (python === undefined) console.error(`${work}: rivals are skipped: NEURITE_PYTHON names no Python with them`);
  const children: ChildProcess[] = [];
  const contestants = new Map<string, Epoch>([["neurite", () => seconds(fit)]]);
  try {
    await fit();
    for (const rival of python === undefined ? [] : rivals) {
      const name = rival.backend === undefined ? "torch" : `keras-${rival.backend}`;
      const epoch = await start(python as string, rival, { samples, threads }, children);
      if (epoch === null) console.error(`${work}: ${name} is skipped: it did not run`);
      else contestants.set(name, epoch);
    }
    const times = new Map<string, number[]>([...contestants.keys()].map((name) => [name, []]));
    for (let round = 0; round < rounds; round++)
      for (const [name, epoch] of contestants) {
        const took = await epoch();
        if (took === null) throw new Error(`[bench] ${name} stopped in the middle of ${work}`);
        (times.get(name) as number[]).push((took / Math.ceil(samples / batch)) * 1e3);
      }
    for (const [framework, each] of times) emit(work, "step", each, "ms/step", { framework });
    if (times.size > 1) printRatios(work, times);
  } finally {
    for (const child of children) child.kill();
  }
}

async function seconds(body: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await body();
  return (performance.now() - from) / 1e3;
}

function printRatios(work: string, times: ReadonlyMap<string, readonly number[]>): void {
  const own = times.get("neurite") as readonly number[];
  console.error(`${work}  rival's time over neurite's (above 1: neurite is faster)`);
  console.error(`  ${"rival".padEnd(18)} ${["medians", "minima", "quartiles"].map((name) => name.padStart(12)).join("")}`);
  for (const [framework, theirs] of times) {
    if (framework === "neurite") continue;
    const turns = theirs.map((time, i) => time / (own[i] as number)).sort((a, b) => a - b);
    const quartile = (share: number): string => (turns[Math.round(share * (turns.length - 1))] as number).toFixed(2);
    const columns = [
      (median(theirs) / median(own)).toFixed(2),
      (Math.min(...theirs) / Math.min(...own)).toFixed(2),
      `${quartile(0.25)}-${quartile(0.75)}`,
    ];
    console.error(`  ${framework.padEnd(18)} ${columns.map((column) => column.padStart(12)).join("")}`);
  }
}

/** Starts a rival and waits until it has trained for its first epoch; null when it does not come to that. */
async function start(
  python: string,
  { script, backend }: Rival,
  { samples, threads }: { readonly samples: number; readonly threads: number | undefined },
  children: ChildProcess[],
): Promise<Epoch | null> {
  const options = [fileURLToPath(new URL(`../rivals/${script}.py`, import.meta.url)), "--samples", String(samples)];
  if (backend !== undefined) options.push("--backend", backend);
  if (threads !== undefined) options.push("--threads", String(threads));
  const child = spawn(python, options, {
    stdio: ["pipe", "pipe", "ignore"],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
  });
  children.push(child);
  const reader = createInterface({ input: child.stdout });
  const lines = reader[Symbol.asyncIterator]();
  // Without these an absent Python or a rival that has gone would end this process; the end of its output says the same.
  child.on("error", () => reader.close());
  child.stdin.on("error", () => undefined);
  const answer = async (): Promise<{ readonly ready?: true; readonly seconds?: number } | null> => {
    for (;;) {
      const { done, value } = await lines.next();
      if (done === true) return null;
      if (value.startsWith("{")) return JSON.parse(value) as { ready?: true; seconds?: number };
    }
  };
  if ((await answer())?.ready !== true) return null;
  return async () => {
    child.stdin.write("\n");
    return (await answer())?.seconds ?? null;
  };
}
