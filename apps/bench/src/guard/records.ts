import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** Costs by name, of one machine. */
export type Costs = Readonly<Record<string, number>>;

/** By processor, instruction set and threads. */
export type Records = Readonly<Record<string, Costs>>;

/** Beside the sources, whether this is run from them or as built. */
export const recordFile: string = fileURLToPath(new URL("../../records.json", import.meta.url));

export async function readRecords(file: string = recordFile): Promise<Records> {
  return JSON.parse(await readFile(file, "utf8")) as Records;
}

/** Sets the costs of one machine, those that were measured, and leaves all others. */
export async function writeRecord(key: string, costs: Costs, file: string = recordFile): Promise<void> {
  const records = await readRecords(file);
  const rounded = Object.fromEntries(Object.entries(costs).map(([name, value]) => [name, Number(value.toPrecision(4))]));
  await writeFile(file, `${JSON.stringify({ ...records, [key]: { ...records[key], ...rounded } }, null, 2)}\n`);
}
