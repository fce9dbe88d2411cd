/**
 * One work as a contestant of `compare.ts`: does what the lines of its standard input ask for and answers each with a line of JSON.
 *
 *     node serve.ts W1 --threads 2
 */
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { cpu } from "@neurite/backend-cpu";
import { setDefaultDevice } from "neurite";
import type { Answer, Request } from "./compare/protocol.ts";
import type { Turn } from "./work.ts";
import { chosenWorks } from "./works/index.ts";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { threads: { type: "string", default: "2" } } });
setDefaultDevice(cpu({ threads: Number(values.threads) }));
const [[, { rows }]] = chosenWorks(positionals.slice(0, 1)) as readonly [ReturnType<typeof chosenWorks>[number]];

const turns = new Map<string, Turn>();

async function answer(request: Request): Promise<Answer> {
  const row = rows[request.row];
  if (row === undefined) return { absent: true };
  try {
    if (request.do === "turn") return { value: await (turns.get(request.row) as Turn)() };
    turns.set(request.row, await row.prepare());
    return { ready: true };
  } catch (error) {
    return { failed: String(error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) console.log(JSON.stringify(await answer(JSON.parse(line) as Request)));
