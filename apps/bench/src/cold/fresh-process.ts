import { spawn } from "node:child_process";

export interface Lifetime {
  /** From before the process was made until it was gone. */
  readonly seconds: number;
  /** The most memory that it held, in MiB, as it printed it itself. */
  readonly memory: number;
}

/** Runs a command whose last line of output is the most memory that it held, in MiB. Rejects with what it wrote to standard error when it fails. */
export function freshProcess(command: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Lifetime> {
  const [program, ...options] = command as [string, ...string[]];
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(program, options, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...environment } });
    let [output, errors] = ["", ""];
    child.stdout.on("data", (data: Buffer) => (output += data.toString()));
    child.stderr.on("data", (data: Buffer) => (errors += data.toString()));
    child.on("error", reject);
    child.on("close", (code) => {
      const seconds = (performance.now() - start) / 1e3;
      const memory = Number(output.trim().split("\n").at(-1));
      if (code === 0 && memory > 0) resolve({ seconds, memory });
      else reject(new Error(errors.trim().split("\n").at(-1) || `${program} printed ${JSON.stringify(output)} and ended with ${code}`));
    });
  });
}
