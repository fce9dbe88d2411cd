// Lists what a TypeScript or JavaScript file imports.

import { parseSync } from "oxc-parser";

/**
 * @param {string} path used for the language (.ts, .mts, .mjs) and in errors
 * @param {string} source
 * @returns {{ specifier: string, line: number, isDynamic: boolean, isTypeOnly: boolean }[]} in the order of the file. Static imports and re-exports, `import()`,
 * `import("…")` types and `require()` with a literal argument; the specifier of an `import()` that is no literal is "?".
 * @throws SyntaxError if the file cannot be parsed
 */
export function findImports(path, source) {
  const { program, errors } = parseSync(path, source);
  if (errors.length > 0) throw new SyntaxError(`${path}: ${errors[0].message}`);
  const found = [];
  const add = (node, isDynamic, isTypeOnly) => {
    const specifier = typeof node?.value === "string" ? node.value : "?";
    found.push({ specifier, line: lineAt(source, node?.start ?? 0), isDynamic, isTypeOnly });
  };
  visit(program, (node) => {
    switch (node.type) {
      case "ImportDeclaration":
        return add(node.source, false, node.importKind === "type");
      case "ExportAllDeclaration":
      case "ExportNamedDeclaration":
        return node.source ? add(node.source, false, node.exportKind === "type") : undefined;
      case "ImportExpression":
        return add(node.source, true, false);
      case "TSImportType":
        return add(node.source ?? node.argument?.literal ?? node.argument, false, true);
      case "TSExternalModuleReference":
        return add(node.expression, false, false);
      case "CallExpression":
        if (node.callee.type === "Identifier" && node.callee.name === "require" && node.arguments.length === 1)
          add(node.arguments[0], true, false);
        return undefined;
      default:
        return undefined;
    }
  });
  return found;
}

function visit(node, enter) {
  if (Array.isArray(node)) {
    for (const child of node) visit(child, enter);
  } else if (node !== null && typeof node === "object") {
    if (typeof node.type === "string") enter(node);
    for (const key in node) if (key !== "parent") visit(node[key], enter);
  }
}

function lineAt(source, offset) {
  let line = 1;
  for (let i = 0; i < offset; i++) if (source.charCodeAt(i) === 10) line++;
  return line;
}
