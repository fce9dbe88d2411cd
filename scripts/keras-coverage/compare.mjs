// Keras's API against ours: which names there are, with which parameters and defaults.

import { configuredByKeras, meaningless, places, reasons, renamed } from "./places.mjs";

/** learning_rate → learningRate; names without underscores, as classes have, stay. */
function camelCase(name) {
  return name.replace(/(?<=[a-zA-Z0-9])_([a-z0-9])/g, (_, letter) => letter.toUpperCase());
}

/**
 * @param {Record<string, Record<string, { kind: string, parameters: [string, unknown?][] }>>} keras
 * @param {(place: { entry: string, also?: string[], namespace?: string }, name: string) => object | undefined} find our symbol
 * @param {(symbol: object) => Map<string, unknown> | null} fieldDefaults defaults that a class declares, where it does
 */
export function compareApis(keras, find, fieldDefaults) {
  return Object.entries(keras).map(([module, entries]) => ({
    module,
    rows: Object.entries(entries).map(([name, entry]) =>
      entry.alias === undefined
        ? compareEntry(module, name, entry, find, fieldDefaults)
        : { ...compareEntry(module, entry.alias, entries[entry.alias], find, fieldDefaults), name, aliasOf: entry.alias },
    ),
  }));
}

function compareEntry(module, name, { parameters }, find, fieldDefaults) {
  const place = places[module];
  const full = `${module}.${name}`;
  const ours = renamed[full] ?? camelCase(name);
  const symbol = place && find(place, ours);
  if (symbol === undefined) return { name, ours: null, why: reasons.find(([pattern]) => pattern.test(full))?.[1] ?? "not there yet" };
  const known = parametersOf(symbol);
  const declared = fieldDefaults(symbol);
  const positional = symbol.parameters.filter(({ options }) => options === null).length;
  const [lacking, differing] = [[], []];
  for (const [i, [starred, ...rest]] of parameters.entries()) {
    const parameter = camelCase(starred.replace(/^\*+/, ""));
    if (starred.startsWith("*") || meaningless.has(parameter)) continue;
    const there = known.get(parameter) ?? (declared?.has(parameter) ? {} : undefined);
    // What is given by position goes by any name.
    if (there === undefined && (rest.length > 0 || i >= positional)) lacking.push(parameter);
    else if (there !== undefined && rest.length > 0) {
      const mine = declared?.has(parameter) ? declared.get(parameter) : valueOf(there.default);
      if (mine !== undefined && !configured(parameter, rest[0]) && !sameDefault(rest[0], mine))
        differing.push(`${parameter} ${show(rest[0])}, here ${show(mine)}`);
    }
  }
  return { name, ours, kind: symbol.kind, lacking, differing };
}

/** Positional parameters, and the options of the last, by name. */
function parametersOf(symbol) {
  return new Map(
    symbol.parameters.flatMap((parameter) => [
      [parameter.name, parameter],
      ...(parameter.options ?? []).map((option) => [option.name, option]),
    ]),
  );
}

/** A default in source or documentation as a value; undefined where it is no plain one. */
function valueOf(text) {
  if (text === undefined || text === "{}") return undefined;
  const plain = text
    .trim()
    .replaceAll("`", "")
    .replace(/_(?=\d{3})/g, "");
  if (/^(none|nothing|null)\b/i.test(plain)) return null;
  try {
    return JSON.parse(plain.replace(/^-?\./, (sign) => sign.replace(".", "0.")));
  } catch {
    return undefined;
  }
}

/** Where Keras's null stands for what its global configuration says, we say it outright. */
function configured(parameter, theirs) {
  return theirs === null && configuredByKeras.has(parameter);
}

function sameDefault(theirs, mine) {
  if (theirs !== null && typeof theirs === "object" && !Array.isArray(theirs)) return true;
  if (typeof theirs === "number" && typeof mine === "number") return Math.abs(theirs - mine) <= 1e-9 * Math.max(Math.abs(theirs), 1e-30);
  // "Zeros" and "zeros" are one initializer.
  if (typeof theirs === "string" && typeof mine === "string") return theirs.toLowerCase() === mine.toLowerCase();
  return JSON.stringify(theirs) === JSON.stringify(mine) || (Array.isArray(theirs) && theirs.every((item) => sameDefault(item, mine)));
}

const show = (value) => JSON.stringify(value) ?? String(value);
