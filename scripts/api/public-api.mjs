// The public API of the packages as their sources declare it: every exported symbol with its documentation and parameters.

import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript-6";
import { listPackages, readJson, root } from "../lib/workspace.mjs";

/**
 * @typedef {{ name: string, optional: boolean, doc: string, default: string | undefined, options: Parameter[] | null }} Parameter
 *   `default`: as the source has it, or as the documentation says it. `options`: the properties, where it is an object of options.
 * @typedef {{ name: string, kind: "class" | "function" | "value" | "type" | "namespace", file: string, line: number, doc: string,
 *   tags: { name: string, text: string }[], parameters: Parameter[], members?: PublicSymbol[] }} PublicSymbol `members`: of a namespace
 */

/** Every package with its entry points: the subpaths of `exports` and their source files. */
export function entryPoints(folders = listPackages().filter(({ isApp }) => !isApp)) {
  return folders.flatMap(({ name, path, manifest }) =>
    Object.entries(manifest.exports ?? {})
      .filter(([, target]) => typeof target === "object" && target.source !== undefined)
      .map(([subpath, target]) => ({ package: name, subpath, file: join(path, target.source) }))
      .filter(({ file }) => existsSync(file)),
  );
}

/**
 * Reads the exports of source files.
 *
 * @param {readonly string[]} files
 * @returns {Map<string, PublicSymbol[]>} by file, in the order of names
 */
export function readPublicApi(files) {
  const { compilerOptions } = readJson(join(root, "tsconfig.base.json"));
  const { options } = ts.convertCompilerOptionsFromJson(
    { ...compilerOptions, noEmit: true, customConditions: ["source"], types: ["node"] },
    root,
  );
  delete options.composite;
  const program = ts.createProgram([...files], options);
  const reader = new Reader(program.getTypeChecker());
  return new Map(files.map((file) => [file, reader.exportsOf(program.getSourceFile(file))]));
}

class Reader {
  #checker;
  #read = new Map();

  constructor(checker) {
    this.#checker = checker;
  }

  exportsOf(file) {
    const module = this.#checker.getSymbolAtLocation(file);
    if (module === undefined) return [];
    return this.#checker
      .getExportsOfModule(module)
      .map((symbol) => this.#describe(symbol))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  #describe(exported) {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(exported) : exported;
    let described = this.#read.get(symbol);
    if (described === undefined) {
      described = this.#describeTarget(symbol);
      this.#read.set(symbol, described);
    }
    return { ...described, name: exported.name };
  }

  #describeTarget(symbol) {
    const declaration = symbol.valueDeclaration ?? symbol.declarations?.[0];
    const source = declaration?.getSourceFile();
    const base = {
      file: source === undefined ? "" : relative(root, source.fileName),
      line: source === undefined ? 0 : source.getLineAndCharacterOfPosition(declaration.getStart()).line + 1,
      doc: ts.displayPartsToString(symbol.getDocumentationComment(this.#checker)),
      tags: symbol.getJsDocTags(this.#checker).map(({ name, text }) => ({ name, text: ts.displayPartsToString(text) })),
      parameters: [],
    };
    if (declaration !== undefined && ts.isSourceFile(declaration)) {
      const members = this.#checker.getExportsOfModule(symbol).map((member) => this.#describe(member));
      return { ...base, kind: "namespace", members: members.sort((a, b) => (a.name < b.name ? -1 : 1)) };
    }
    if (!(symbol.flags & ts.SymbolFlags.Value)) return { ...base, kind: "type" };
    const type = this.#checker.getTypeOfSymbolAtLocation(symbol, declaration);
    const isClass = (symbol.flags & ts.SymbolFlags.Class) !== 0;
    const signatures = isClass ? type.getConstructSignatures() : type.getCallSignatures();
    if (signatures.length === 0) return { ...base, kind: isClass ? "class" : "value" };
    const defaults = defaultsIn(declaration);
    const parameters = new Map();
    for (const signature of signatures) {
      for (const parameter of signature.parameters.flatMap((each) => this.#parametersOf(each, declaration, defaults))) {
        if (!parameters.has(parameter.name) || parameter.options !== null) parameters.set(parameter.name, parameter);
      }
    }
    return { ...base, kind: isClass ? "class" : "function", parameters: [...parameters.values()] };
  }

  /** A parameter; the elements of a tuple that takes all of them. */
  #parametersOf(parameter, declaration, defaults) {
    const type = this.#checker.getTypeOfSymbolAtLocation(parameter, parameter.valueDeclaration ?? declaration);
    const isRest = parameter.valueDeclaration?.dotDotDotToken !== undefined;
    if (!isRest || !this.#checker.isTupleType(type)) return [this.#parameter(parameter, declaration, defaults)];
    return this.#checker.getTypeArguments(type).map((element, i) => {
      const name = type.target.labeledElementDeclarations?.[i]?.name.text ?? `argument${i}`;
      const optional = (type.target.elementFlags[i] & ts.ElementFlags.Optional) !== 0;
      return { name, optional, doc: "", default: defaults.get(name), options: this.#optionParameters(name, element, defaults) };
    });
  }

  #parameter(parameter, declaration, defaults) {
    const own = parameter.valueDeclaration;
    const type = this.#checker.getTypeOfSymbolAtLocation(parameter, own ?? declaration);
    return {
      name: parameter.name,
      optional: own !== undefined && ts.isParameter(own) ? this.#checker.isOptionalParameter(own) : type.isUnion(),
      doc: ts.displayPartsToString(parameter.getDocumentationComment(this.#checker)),
      default: defaults.get(parameter.name),
      options: this.#optionParameters(parameter.name, type, defaults),
    };
  }

  #optionParameters(name, type, defaults) {
    const options = this.#optionsOf(name, type);
    if (options === null) return null;
    return options.map((option) => {
      const doc = ts.displayPartsToString(option.getDocumentationComment(this.#checker));
      return {
        name: option.name,
        optional: (option.flags & ts.SymbolFlags.Optional) !== 0,
        doc,
        default: defaults.get(option.name) ?? /\bDefault:? ([^.;:,]+(?:\.\d+[^.;:,]*)?)/.exec(doc)?.[1],
        options: null,
      };
    });
  }

  /** The properties of an object of options; null for other types. */
  #optionsOf(parameter, type) {
    const object = this.#checker.getNonNullableType(type);
    if (object.isUnion() || !(object.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))) return null;
    if (object.getCallSignatures().length > 0 || this.#checker.isArrayType(object) || this.#checker.isTupleType(object)) return null;
    if (this.#checker.getIndexInfosOfType(object).length > 0 || object.isClass()) return null;
    const name = (object.aliasSymbol ?? object.symbol)?.name ?? "";
    return parameter === "options" ||
      name === "__type" ||
      name === "__object" ||
      /(Options|Hooks|Params)$/.test(name) ||
      object.isIntersection()
      ? object.getProperties()
      : null;
  }
}

/** What parameters and destructured options are initialized with, by name, as source text. */
function defaultsIn(declaration) {
  const defaults = new Map();
  const visit = (node) => {
    if ((ts.isParameter(node) || ts.isBindingElement(node)) && node.initializer !== undefined) {
      const key = ts.isBindingElement(node) && node.propertyName !== undefined ? node.propertyName : node.name;
      if (ts.isIdentifier(key) && !defaults.has(key.text)) defaults.set(key.text, node.initializer.getText());
    }
    ts.forEachChild(node, visit);
  };
  visit(declaration);
  return defaults;
}
