// Sources without what is not code.

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, sep } from "node:path";

const notPublished = /\.(test|test-d)\.[cm]?ts$|[\\/](testing|test|fixtures)[\\/]/;

/**
 * The published sources below a folder; none where there is no such folder.
 *
 * @param {string} folder
 * @param {RegExp} extension which files count
 * @returns {{ path: string, code: string }[]} `path` from the folder on, with slashes; `code` without comments and blank lines
 */
export function readSources(folder, extension) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && extension.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !notPublished.test(path))
    .map((path) => ({
      path: path
        .slice(folder.length + 1)
        .split(sep)
        .join("/"),
      code: withoutComments(readFileSync(path, "utf8")),
    }));
}

/** Comments that have lines of their own or follow code after a space; blank lines. Good enough to count by. */
export function withoutComments(text) {
  return text
    .replaceAll(/^\s*\/\*[\s\S]*?\*\/\s*$/gm, "")
    .replaceAll(/(^|\s)\/\/ .*$/gm, "")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .join("\n");
}

/** Lines of code, to the nearest hundred. */
export function roundedLines(sources) {
  const lines = sources.reduce((total, { code }) => total + code.split("\n").length, 0);
  return Math.round(lines / 100) * 100;
}
