// Running other programs, with the project's own tools and Node first in PATH.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { root } from "./workspace.mjs";

const binFolder = join(root, "node_modules", ".bin");
const isWindows = process.platform === "win32";

/** Path of a tool installed in the workspace. */
export function tool(name) {
  return join(binFolder, isWindows ? `${name}.cmd` : name);
}

/** The Node that runs tools and examples: the pinned one where the platform has it, else the one running now. */
export function projectNode() {
  const pinned = tool("node");
  return existsSync(pinned) ? pinned : process.execPath;
}

/** The environment of the project's own tools: the workspace's programs, and so its Node, come first. */
function toolEnvironment() {
  const colour = process.stdout.isTTY ? {} : { NO_COLOR: "1" };
  return { ...process.env, PATH: binFolder + delimiter + process.env.PATH, ...colour };
}

/**
 * Runs a program to its end.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ show?: boolean, env?: Record<string, string | undefined>, cwd?: string }} [options] `show` passes the output through instead of keeping it
 * @returns {Promise<{ code: number, output: string }>} the exit code (1 if a signal ended it, 127 if it could not start) and the kept output
 */
export function run(command, args, { show = false, env = toolEnvironment(), cwd = root } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: show ? "inherit" : ["ignore", "pipe", "pipe"],
      shell: isWindows,
    });
    let output = "";
    child.stdout?.on("data", (chunk) => (output += chunk));
    child.stderr?.on("data", (chunk) => (output += chunk));
    child.on("error", (error) => resolve({ code: 127, output: `${command}: ${error.message}` }));
    child.on("close", (code, signal) => {
      if (signal !== null) output += `\n${command} was ended by ${signal}`;
      resolve({ code: code ?? 1, output });
    });
  });
}

/** Seconds since `start` (a performance.now() value), as "1.2 s". */
export function elapsed(start) {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}
