// What the documentation of exported symbols lacks: a description, shapes, errors or an example.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript-6";
import { root } from "../lib/workspace.mjs";

/** @typedef {import("./public-api.mjs").PublicSymbol} PublicSymbol */

/** Sources whose functions and classes compute with tensors of certain shapes. */
const shaped =
  /^packages\/(core\/src\/(ops|ragged|sparse|random)|layers\/src\/(activation-layers|activations|attention|convolutional|core|merging|normalization|pooling|preprocessing|recurrent|regularization|reshaping|wrappers)|losses\/src|metrics\/src)\//;

/** A shape such as [batch, …], (a scalar) or words that say that any will do. */
const saysShapes =
  /\[[^\]\n]*\]|\bscalars?\b|\bany shape\b|\b(?:its|their|the|given|whose) `?shape\b|'s shape\b|\b(?:same|one|whose|broadcast\w*) shapes?\b|\bshapes? of\b|\b\d-?D\b/i;

/**
 * What one symbol lacks. Types and values need a description; functions and classes errors (where they, or what they use of their file, throw any), an example
 * and, where they compute with tensors, shapes.
 *
 * @param {PublicSymbol} symbol
 * @param {string} source the text of its file
 * @returns {string[]} some of description, shapes, throws, example
 */
export function lacksOf(symbol, source) {
  const has = (tag) => symbol.tags.some(({ name, text }) => name === tag && text.trim() !== "");
  const found = symbol.doc.trim() === "" ? ["description"] : [];
  if (symbol.kind !== "function" && symbol.kind !== "class") return found;
  const said = [symbol.doc, ...symbol.tags.filter(({ name }) => name !== "example" && name !== "throws").map(({ text }) => text)];
  if (shaped.test(symbol.file) && !saysShapes.test(said.join("\n"))) found.push("shapes");
  if (source.includes("throw new") && !has("throws") && throwsUntold(symbol.name, source)) found.push("throws");
  if (!has("example")) found.push("example");
  return found;
}

/**
 * True when a declaration of a file throws, itself or through others of the file, and says nothing of it; a class may say it at the
 * methods that throw. Types, classes that are only asked for by `instanceof` and
 * conversions (Symbol.toPrimitive) do not count.
 */
export function throwsUntold(name, source) {
  const declarations = new Map();
  for (const statement of ts.createSourceFile("source.ts", source, ts.ScriptTarget.Latest).statements) {
    const declared = ts.isVariableStatement(statement) ? statement.declarationList.declarations : [statement];
    for (const { name: of } of declared) if (of?.text !== undefined) declarations.set(of.text, statement);
  }
  const own = declarations.get(name);
  if (own !== undefined && source.slice(own.pos, own.end).includes("@throws")) return false;
  const reached = new Set([name]);
  let throws = false;
  const visit = (node) => {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || (ts.isMethodDeclaration(node) && ts.isComputedPropertyName(node.name)))
      return;
    if (ts.isThrowStatement(node) && ts.isNewExpression(node.expression)) throws = true;
    if (ts.isIdentifier(node) && declarations.has(node.text)) reached.add(node.text);
    if (ts.isPropertyAccessExpression(node)) visit(node.expression);
    else if (ts.isPropertyAssignment(node)) visit(node.initializer);
    else if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword) visit(node.left);
    else ts.forEachChild(node, visit);
  };
  for (const each of reached)
    if (declarations.has(each) && (each === name || !isInstance(declarations.get(each)))) visit(declarations.get(each));
  return throws;
}

/** A variable that holds an object made when the file is loaded: to read it throws nothing. */
function isInstance(statement) {
  return (
    ts.isVariableStatement(statement) &&
    statement.declarationList.declarations.every(({ initializer }) => initializer !== undefined && ts.isNewExpression(initializer))
  );
}

/**
 * The declarations behind the exports, each once, whatever number of entry points has it.
 *
 * @param {Iterable<readonly PublicSymbol[]>} exports
 * @returns {Map<string, PublicSymbol>} by "file name"
 */
export function declarationsOf(exports) {
  const declarations = new Map();
  const visit = (symbol) => {
    if (symbol.members !== undefined) symbol.members.forEach(visit);
    else if (symbol.file.startsWith("packages/")) declarations.set(`${symbol.file} ${symbol.name}`, symbol);
  };
  for (const symbols of exports) symbols.forEach(visit);
  return declarations;
}

/** What symbols lack, as lines "throws: file name", sorted. */
export function undocumented(declarations, read = (file) => readFileSync(join(root, file), "utf8")) {
  return [...declarations].flatMap(([key, symbol]) => lacksOf(symbol, read(symbol.file)).map((lack) => `${lack}: ${key}`)).sort();
}
