import { parseArgs } from "node:util";
import { neuriteVersion } from "./version.ts";

const help = `usage: neurite <command> [options]

commands:
  doctor    say what neurite finds on this machine: devices, instruction sets, memory, and what fell back
            --json   as JSON
            The exit code is 1 if there is something to mend.
  version   print the version
  help      print this text`;

/** Runs the command line with the arguments after the program's name; resolves to the exit code: 2 for a wrong call. */
export async function main(args: readonly string[], print: (text: string) => void = console.log): Promise<number> {
  let call;
  try {
    call = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: "boolean" }, help: { type: "boolean", short: "h" }, version: { type: "boolean", short: "v" } },
    });
  } catch (error) {
    return refuse((error as Error).message);
  }
  const { values, positionals } = call;
  const command = values.version === true ? "version" : values.help === true ? "help" : (positionals[0] ?? "help");
  if (positionals.length > 1) return refuse(`unexpected argument "${positionals[1]}"`);
  if (values.json === true && command !== "doctor") return refuse(`--json is an option of neurite doctor`);
  switch (command) {
    case "doctor": {
      // Devices are loaded only for the command that looks at them.
      const [{ examine }, { formatReport }] = await Promise.all([import("./doctor/examine.ts"), import("./doctor/format.ts")]);
      const report = await examine();
      print(values.json === true ? JSON.stringify(report, null, 2) : formatReport(report));
      return report.problems.length === 0 ? 0 : 1;
    }
    case "version":
      print(neuriteVersion());
      return 0;
    case "help":
      print(help);
      return 0;
    default:
      return refuse(`unknown command "${command}"`);
  }
}

function refuse(problem: string): number {
  console.error(`neurite: ${problem}\n\n${help}`);
  return 2;
}
