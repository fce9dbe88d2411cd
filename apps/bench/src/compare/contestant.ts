import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Turn, Work } from "../work.ts";
import { type Answer, parseAnswer, type Request } from "./protocol.ts";

/** One who takes turns. */
export interface Contestant {
  readonly name: string;
  /** Makes a row ready. A string says why it cannot. */
  prepare(row: string): Promise<"ready" | "absent" | { readonly failed: string }>;
  /** A number in the row's unit. Rejects when there is none. */
  turn(row: string): Promise<number>;
  close(): void;
}

export interface ServedOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Seconds that an answer may take. Who takes longer is ended. */
  readonly patience?: number;
}

/** A running process that answers requests, see `protocol.ts`. */
interface Server {
  ask(request: Request): Promise<Answer>;
  end(): void;
}

function serverOf([program, ...options]: readonly string[], { environment = {}, patience = 300 }: ServedOptions): Server {
  const child: ChildProcess = spawn(program as string, options, {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, ...environment },
  });
  const { stdin, stdout, stderr } = child as ChildProcess &
    Required<{ [k in "stdin" | "stdout" | "stderr"]: NonNullable<ChildProcess[k]> }>;
  const reader = createInterface({ input: stdout });
  const lines = reader[Symbol.asyncIterator]();
  let last = "it said nothing";
  createInterface({ input: stderr }).on("line", (line) => (last = line.trim() || last));
  // Without these an absent program, or one that has gone, would end this process; the end of its output says the same.
  child.on("error", (error) => {
    last = error.message;
    reader.close();
  });
  stdin.on("error", () => undefined);
  return {
    async ask(request) {
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        child.kill("SIGKILL");
      }, patience * 1e3);
      try {
        stdin.write(`${JSON.stringify(request)}\n`);
        for (;;) {
          const { done, value } = await lines.next();
          if (done === true) return { failed: late ? `it took longer than ${patience} s` : `it ended: ${last}` };
          const answer = parseAnswer(value);
          if (answer !== null) return answer;
        }
      } finally {
        clearTimeout(timer);
      }
    },
    end: () => void child.kill(),
  };
}

/**
 * A process that answers requests. It starts with its first row: each contestant then starts, warms up and chooses how often to repeat what is
 * short while no other one does.
 */
export function served(name: string, command: readonly string[], options: ServedOptions = {}): Contestant {
  let server: Server | null = null;
  const ask = (request: Request): Promise<Answer> => (server ??= serverOf(command, options)).ask(request);
  return {
    name,
    async prepare(row) {
      const answer = await ask({ do: "prepare", row });
      if ("ready" in answer) return "ready";
      return "absent" in answer
        ? "absent"
        : { failed: "failed" in answer ? answer.failed : "it answered with a number before it was ready" };
    },
    async turn(row) {
      const answer = await ask({ do: "turn", row });
      if ("value" in answer) return answer.value;
      throw new Error(`[bench] ${name} gave no number for ${row}: ${"failed" in answer ? answer.failed : JSON.stringify(answer)}`);
    },
    close: () => server?.end(),
  };
}

/** Rows of this process: those of W9, each turn of which is a process of its own. */
export function here(name: string, rows: Work["rows"]): Contestant {
  const turns = new Map<string, Turn>();
  return {
    name,
    async prepare(row) {
      const found = rows[row];
      if (found === undefined) return "absent";
      try {
        turns.set(row, await found.prepare());
        return "ready";
      } catch (error) {
        return { failed: (error as Error).message };
      }
    },
    turn: (row) => (turns.get(row) as Turn)(),
    close: () => undefined,
  };
}
