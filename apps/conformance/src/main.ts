import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { backendNames, useBackend } from "./backends.ts";
import { runConformance } from "./run.ts";
import { type SetName, sets } from "./sets/index.ts";

const usage = `usage: pnpm conformance <folder> [--set A] [--set B] … [--backend ${backendNames.join("|")}] [--filter TEXT]

Compares neurite with the results of Keras in <folder>, which holds the sets A to E (or some of them).
The last line is "N passed, N failed, N skipped"; the exit code is 1 if something failed, 2 for a wrong call.`;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const call = parseCall(args);
  if (typeof call === "string") {
    console.error(`${call}\n\n${usage}`);
    return 2;
  }
  if (call.help) {
    console.log(usage);
    return 0;
  }
  const device = await useBackend(call.backend);
  console.log(`on ${device.description}`);
  const { passed, failed, skipped } = await runConformance({ ...call, print: console.log });
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  return failed > 0 ? 1 : 0;
}

interface Call {
  readonly folder: string;
  readonly sets: readonly SetName[];
  readonly backend: string | undefined;
  readonly filter: string | undefined;
  readonly help: boolean;
}

/** The call, or what is wrong with it. */
function parseCall(args: readonly string[]): Call | string {
  const names = Object.keys(sets) as SetName[];
  try {
    const { values, positionals } = parseArgs({
      // `pnpm conformance -- …` passes the dashes on.
      args: args.filter((arg, i) => i > 0 || arg !== "--"),
      allowPositionals: true,
      options: {
        set: { type: "string", multiple: true },
        backend: { type: "string" },
        filter: { type: "string" },
        help: { type: "boolean", default: false },
      },
    });
    const { help } = values;
    const [folder] = positionals;
    if (!help && (folder === undefined || positionals.length > 1)) return "one folder must be given";
    // pnpm runs scripts in the workspace's root; INIT_CWD is where it was called.
    const path = resolve(process.env["INIT_CWD"] ?? ".", folder ?? ".");
    if (!help && !existsSync(path)) return `there is no folder ${path}`;
    const chosen = (values.set ?? names).map((name) => name.toUpperCase() as SetName);
    const unknown = chosen.find((name) => !names.includes(name));
    if (unknown !== undefined) return `there is no set ${unknown}: the sets are ${names.join(", ")}`;
    if (values.backend !== undefined && !(backendNames as readonly string[]).includes(values.backend)) {
      return `there is no backend ${values.backend}: the backends are ${backendNames.join(", ")}`;
    }
    return { folder: path, sets: chosen, backend: values.backend, filter: values.filter, help };
  } catch (error) {
    return (error as Error).message;
  }
}
