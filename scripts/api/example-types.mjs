// The examples of the documentation, compiled: each as a module of its own, with what it names imported from the packages.

import { join, relative } from "node:path";
import ts from "typescript-6";
import { readJson, root } from "../lib/workspace.mjs";

/**
 * What the compiler says of examples. Lines that throw, by their comment, may be wrong: they are there to be.
 *
 * @param {readonly { key: string, package: string, text: string }[]} examples `key`: how errors name it; `package`: whose names come first
 * @param {ReadonlyMap<string, readonly { package: string, file: string }[]>} exported the entry points that export a name
 * @param {Readonly<Record<string, string>>} open names that an example may leave to its reader, with their types
 * @returns {string[]} "key: message"
 */
export function typeErrorsOf(examples, exported, open) {
  const modules = new Map(
    examples.map((example, i) => [join(root, `example-${i}.ts`), { example, text: moduleOf(example, exported, open) }]),
  );
  const { compilerOptions } = readJson(join(root, "tsconfig.base.json"));
  const { options } = ts.convertCompilerOptionsFromJson(
    {
      ...compilerOptions,
      // What follows is about publishing and tidiness, not about what is right.
      composite: false,
      incremental: false,
      isolatedDeclarations: false,
      declaration: false,
      declarationMap: false,
      noEmit: true,
      verbatimModuleSyntax: false,
      noUnusedLocals: false,
      noUnusedParameters: false,
      noImplicitOverride: false,
      types: ["node"],
    },
    root,
  );
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (file) => modules.has(file) || fileExists(file);
  host.readFile = (file) => modules.get(file)?.text ?? readFile(file);
  const program = ts.createProgram([...modules.keys()], options, host);
  return [...modules].flatMap(([name, { example, text }]) => {
    const file = program.getSourceFile(name);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]
      .filter(({ start }) => !/\/\/ throws /.test(text.slice(start).split("\n", 1)[0]))
      .map(({ messageText }) => `${example.key}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`);
  });
}

/** The example behind imports of what it names and does not declare; where several packages export a name, its own and core come first. */
function moduleOf({ package: own, text }, exported, open) {
  const file = ts.createSourceFile("example.ts", text, ts.ScriptTarget.Latest, true);
  const named = new Set();
  const visit = (node) => {
    if (ts.isIdentifier(node)) named.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  const declared = new Set(file.statements.flatMap(namesOf));
  const header = [...named].flatMap((name) => {
    if (declared.has(name)) return [];
    const entries = exported.get(name);
    if (entries === undefined) return Object.hasOwn(open, name) ? [`declare const ${name}: ${open[name]};`] : [];
    const preferred = [own, "@neurite/core"].map((wanted) => entries.find((entry) => entry.package === wanted)).find(Boolean);
    const { file: from } = preferred ?? entries.find((entry) => entry.package !== "neurite") ?? entries[0];
    return [`import { ${name} } from "./${relative(root, from)}";`];
  });
  return `${header.join(" ")}\n${text}\nexport {};\n`;
}

/** What a statement of a module declares. */
function namesOf(statement) {
  const names = (binding) =>
    ts.isIdentifier(binding) ? [binding.text] : binding.elements.flatMap(({ name }) => (name === undefined ? [] : names(name)));
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.flatMap(({ name }) => names(name));
  if (ts.isImportDeclaration(statement)) return statement.importClause?.namedBindings?.elements?.map(({ name }) => name.text) ?? [];
  return statement.name === undefined ? [] : [statement.name.text];
}
