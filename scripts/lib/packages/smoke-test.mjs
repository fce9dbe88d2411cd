// Installs packed packages with npm in an empty folder and uses them there, as a user would.

import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../run.mjs";
import { packAll } from "./pack.mjs";

const programs = fileURLToPath(new URL("smoke-programs", import.meta.url));

/** Two counts: the umbrella package; core, one backend and layers alone. */
export async function smokeTestPackages() {
  const packed = await packAll();
  await smoke("umbrella.mjs", packed, null);
  await smoke("minimal.mjs", packed, ["@neurite/core", "@neurite/backend-reference", "@neurite/layers"]);
  return { passed: 2, failed: 0 };
}

/**
 * Installs the tarballs of `names` (of all packages, if null) in a temporary folder and runs a program from `smoke-programs/` there.
 * With `names`, an install that brings any other workspace package fails.
 */
async function smoke(program, packed, names) {
  const folder = mkdtempSync(join(tmpdir(), "neurite-smoke-"));
  try {
    const chosen = names === null ? packed : packed.filter((p) => names.includes(p.name));
    const dependencies = Object.fromEntries(chosen.map((p) => [p.name, `file:${p.tarball}`]));
    // npm asks its user to approve install scripts; these build the native backends.
    const native = ["@neurite/backend-cpu", "@neurite/backend-cuda"];
    const allowScripts = Object.fromEntries(chosen.map((p) => [`file:${p.tarball}`, native.includes(p.name)]));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module", dependencies, allowScripts }));
    await mustPass(folder, "npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"]);
    if (names !== null) checkNothingElse(folder, names);
    writeFileSync(join(folder, program), readFileSync(join(programs, program)));
    const output = await mustPass(folder, "node", [program]);
    console.log(`     ${program}: ${output.trim().split("\n").at(-1)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function checkNothingElse(folder, names) {
  const scope = join(folder, "node_modules/@neurite");
  const present = [
    ...readdirSync(scope).map((name) => `@neurite/${name}`),
    ...readdirSync(join(folder, "node_modules")).filter((name) => !name.startsWith(".") && name !== "@neurite"),
  ];
  const extra = present.filter((name) => !names.includes(name));
  if (extra.length > 0) throw new Error(`installing ${names.join(", ")} also installed ${extra.join(", ")}`);
}

async function mustPass(cwd, command, args) {
  const { code, output } = await run(command, args, { cwd, env: outsideEnvironment() });
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} failed in a folder with packed packages:\n${output.trim()}`);
  return output;
}

/** The environment of a shell outside the checkout: the user's own Node, and nothing that npm sets for the scripts of this project. */
function outsideEnvironment() {
  const inherited = Object.entries(process.env).filter(
    ([name]) =>
      !/^(npm_(package|lifecycle)_|npm_(command|execpath|node_execpath)$|npm_config_(local_prefix|user_agent)$|INIT_CWD$|NODE_PATH$)/i.test(
        name,
      ),
  );
  const path = process.env.PATH.split(delimiter).filter((entry) => !entry.includes("node_modules"));
  // The native backend is built once more here: quickly, as its speed is not looked at.
  return { ...Object.fromEntries(inherited), PATH: path.join(delimiter), CXXFLAGS: process.env.CXXFLAGS ?? "-O1" };
}
