// The examples of the documentation, run: what follows `// ` at the end of a line is what the expression before it gives, or throws:
// `// throws ShapeError: the beginning of its message`.

import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript-6";
import { listPackages, root } from "../lib/workspace.mjs";

/**
 * The examples in the documentation of a source, of members too.
 *
 * @param {string} source its text
 * @returns {{ line: number, text: string }[]} in their order
 */
function examplesIn(source) {
  const file = ts.createSourceFile("source.ts", source, ts.ScriptTarget.Latest, true);
  const found = new Map();
  const visit = (node) => {
    for (const tag of ts.getJSDocTags(node)) {
      if (tag.tagName.text === "example") found.set(tag.pos, ts.getTextOfJSDocComment(tag.comment) ?? "");
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return [...found].map(([position, text]) => ({ line: file.getLineAndCharacterOfPosition(position).line + 1, text }));
}

/** The examples of all packages: whose they are, and where they stand, as "file:line". */
export function allExamples() {
  const sources = (folder) =>
    readdirSync(folder, { recursive: true })
      .filter((file) => file.endsWith(".ts") && !/\.test(-d)?\.ts$|(^|[\\/])testing[\\/]/.test(file))
      .map((file) => join(folder, file));
  return listPackages()
    .filter(({ isApp }) => !isApp)
    .flatMap(({ name, path }) =>
      sources(join(path, "src")).flatMap((file) =>
        examplesIn(readFileSync(file, "utf8")).map(({ line, text }) => ({ key: `${relative(root, file)}:${line}`, package: name, text })),
      ),
    );
}

/** Asynchronous functions are made from text by this. */
const AsyncFunction = (async () => {}).constructor;

/** A number, a list of them and so on, as a comment has it; undefined for prose. Several lists in a row are a list of results. */
export function parseValue(text) {
  const json = text.replaceAll(/-?Infinity/g, (found) => (found[0] === "-" ? "-1e999" : "1e999")).replaceAll("NaN", '"NaN"');
  for (const each of [json, `[${json}]`]) {
    try {
      return JSON.parse(each);
    } catch {
      // Prose, or several values.
    }
  }
  return undefined;
}

/** The error a comment tells of, `throws ShapeError: [matmul]`; null for other comments. */
function thrownIn(comment) {
  const [, name, message = ""] = /^throws (\w+Error)(?:: (.*))?$/.exec(comment) ?? [];
  return name === undefined ? null : { name, message };
}

/** The code of an example, in which each expression with a value that can be compared is handed to `$expect`; null without any. */
export function compileExample(text) {
  let values = 0;
  const lines = text.split("\n").map((line) => {
    const [, expression, comment] = /^(?!\s|\}|\/\/)(.*?);?\s*\/\/ (.*)$/.exec(line) ?? [];
    if (comment !== undefined && thrownIn(comment) !== null) {
      values++;
      return `await $throws(async () => (${expression}), ${JSON.stringify(comment)});`;
    }
    const value = comment === undefined ? undefined : parseValue(comment.replace(/[.;]$/, ""));
    if (value === undefined) return line;
    values++;
    const [, declaration = "", computed] = /^((?:const|let) (?:\w+|\[[^\]]*\]|\{[^}]*\}) = )?(.*)$/.exec(expression);
    return `${declaration}await $expect(${computed}, ${JSON.stringify(comment)});`;
  });
  return values === 0 ? null : ts.transpile(`{\n${lines.join("\n")}\n}`, { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext });
}

/** Plain numbers of tensors, however nested. */
export async function plain(value) {
  const awaited = await value;
  if (Array.isArray(awaited)) return Promise.all(awaited.map(plain));
  if (typeof awaited?.toList === "function") return plain(await awaited.toList());
  if (typeof awaited?.array === "function") return plain(await awaited.array());
  if (ArrayBuffer.isView(awaited)) return [...awaited];
  return typeof awaited === "bigint" ? Number(awaited) : awaited;
}

/** Whether results are those of the comment, to the digits that comments have. */
export function agrees(actual, expected) {
  if (Array.isArray(expected)) {
    return Array.isArray(actual) && actual.length === expected.length && expected.every((each, i) => agrees(actual[i], each));
  }
  if (expected === "NaN") return Number.isNaN(actual);
  if (typeof expected !== "number" || typeof actual !== "number") return Object.is(actual, expected);
  return actual === expected || Math.abs(actual - expected) <= 5e-4 * Math.max(1e-3, Math.abs(expected));
}

/**
 * Runs one example.
 *
 * @param {string} text
 * @param {Readonly<Record<string, unknown>>} scope what it may name
 * @returns {Promise<string[] | null>} what differs from its comments; null where it has no values, or names things that it does not make
 */
export async function runExample(text, scope) {
  const code = compileExample(text);
  if (code === null) return null;
  const wrong = [];
  const expectValue = async (value, comment) => {
    const actual = await plain(value);
    if (!agrees(actual, parseValue(comment.replace(/[.;]$/, "")))) wrong.push(`${JSON.stringify(actual)} is not ${comment}`);
    return value;
  };
  const expectError = async (call, comment) => {
    const { name, message } = thrownIn(comment);
    const error = await call()
      .then(plain)
      .then(
        () => null,
        (reason) => reason,
      );
    if (error?.name !== name || !error.message.startsWith(message)) wrong.push(`${String(error)} is not what it ${comment}`);
  };
  try {
    await new AsyncFunction("$expect", "$throws", ...Object.keys(scope), code)(expectValue, expectError, ...Object.values(scope));
  } catch (error) {
    if (error instanceof ReferenceError) return null;
    throw error;
  }
  return wrong;
}
