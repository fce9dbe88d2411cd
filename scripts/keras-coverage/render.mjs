// The page of docs/keras-coverage.md.

import { differences } from "./differences.mjs";
import { meaningless } from "./places.mjs";

/** @param {{ module: string, rows: object[] }[]} modules */
export function renderCoverage(version, modules) {
  const lines = [
    "# What of Keras there is",
    "",
    `Every public name of Keras ${version} with what neurite has in its place: made by \`pnpm keras-coverage\` from the signatures of Keras and from`,
    "neurite's real exports. Names and parameters are those of Keras in camel case, and each thing has one name; a parameter that is not named is",
    "there, and has Keras's default.",
    "",
    `Parameters that mean nothing here: ${[...meaningless].map(([name, why]) => `\`${name}\` (${why})`).join(", ")}.`,
    "",
    "| module | names | there | parameters missing | defaults that differ |",
    "|---|---|---|---|---|",
  ];
  const [present, absent] = [modules.filter(hasSome), modules.filter((module) => !hasSome(module))];
  for (const { module, rows } of present) {
    const there = rows.filter(({ ours }) => ours !== null);
    const count = (key) => there.reduce((sum, row) => sum + row[key].length, 0);
    lines.push(
      `| [${module}](#${module.replaceAll(".", "")}) | ${rows.length} | ${there.length} | ${count("lacking")} | ${count("differing")} |`,
    );
  }
  for (const { module, rows } of present) lines.push("", `## ${module}`, "", ...renderModule(rows));
  lines.push("", "## Results that differ from those of Keras on TensorFlow", "", "| ops | here | there |", "|---|---|---|");
  for (const [names, here, there] of differences) lines.push(`| ${names.map((name) => `\`${name}\``).join(", ")} | ${here} | ${there} |`);
  lines.push("", "## Modules of which there is nothing", "", "| module | names | why |", "|---|---|---|");
  for (const { module, rows } of absent)
    lines.push(`| ${module} | ${rows.length} | ${[...new Set(rows.map(({ why }) => why))].join("; ")} |`);
  return `${lines.join("\n")}\n`;
}

const hasSome = ({ rows }) => rows.some(({ ours }) => ours !== null);

function renderModule(all) {
  const rows = all.filter(({ aliasOf, ours }) => aliasOf === undefined || ours === null);
  const aliases = all.filter(({ aliasOf, ours }) => aliasOf !== undefined && ours !== null);
  const whole = rows.filter((row) => row.ours !== null && row.lacking.length + row.differing.length === 0);
  const partial = rows.filter((row) => row.ours !== null && row.lacking.length + row.differing.length > 0);
  const missing = rows.filter(({ ours }) => ours === null);
  const lines = [];
  if (whole.length > 0) lines.push(`Whole: ${whole.map(({ name, ours }) => (name === ours ? `\`${name}\`` : `\`${ours}\``)).join(", ")}.`);
  if (partial.length > 0) {
    if (lines.length > 0) lines.push("");
    lines.push("| there | parameters missing | defaults that differ |", "|---|---|---|");
    for (const { ours, lacking, differing } of partial) lines.push(`| \`${ours}\` | ${lacking.join(", ")} | ${differing.join("; ")} |`);
  }
  if (aliases.length > 0) {
    if (lines.length > 0) lines.push("");
    lines.push(`Second names in Keras: ${aliases.map(({ name, ours }) => `\`${name}\` is \`${ours}\``).join(", ")}.`);
  }
  const byReason = Map.groupBy(missing, ({ why }) => why);
  for (const [why, names] of byReason) {
    if (lines.length > 0) lines.push("");
    lines.push(`Missing (${why}): ${names.map(({ name }) => `\`${name}\``).join(", ")}.`);
  }
  return lines;
}
