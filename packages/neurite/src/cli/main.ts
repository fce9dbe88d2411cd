import { readFileSync } from "node:fs";

const help = `usage: neurite <command>

commands:
  version   print the version
  help      print this text`;

/** Runs the command line with the arguments after the program's name; resolves to the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const command = args[0] ?? "help";
  switch (command) {
    case "version":
    case "--version":
      console.log(readVersion());
      return 0;
    case "help":
    case "--help":
      console.log(help);
      return 0;
    default:
      console.error(`neurite: unknown command "${command}"\n\n${help}`);
      return 1;
  }
}

function readVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string };
  return manifest.version;
}
