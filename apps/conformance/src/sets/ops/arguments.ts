import { camelCase } from "../../format/naming.ts";
import { parameters } from "./parameters.ts";

/** Arguments as they are given in Python, of anything. */
export interface PythonArguments {
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
}

/**
 * Arguments of a Python call as those of our op: what Keras requires is positional, the rest one object of options, last.
 *
 * @param name Keras's name of the op.
 * @param params Names of our op's positional parameters.
 * @throws TypeError for a call that Python would refuse.
 */
export function bindArguments(name: string, params: readonly string[], python: PythonArguments): unknown[] {
  const values = bindAsPython(name, python);
  const take = (key: string | undefined): unknown => {
    const value = key === undefined ? undefined : values.get(key);
    if (key !== undefined) values.delete(key);
    return value;
  };
  const keys = [...values.keys()];
  const star = starredOf(name);
  // Our op is starred, too, where it does not name the parameter, or names it again and again.
  const isStarred = star !== undefined && params.filter((param) => sameName(param, star)).length !== 1;
  const places = isStarred ? params.filter((param) => !sameName(param, star)) : params;
  const result = places.map((param, place) => take(keys.find((key) => sameName(key, param)) ?? nameByPlace(name, params, place)));
  if (isStarred) result.push(...(take(star) as readonly unknown[]));
  if (values.size > 0) result.push(Object.fromEntries([...values].map(([key, value]) => [camelCase(key), value])));
  return result;
}

const plain = (name: string): string => name.replaceAll("_", "").toLowerCase();
const sameName = (a: string, b: string): boolean => plain(a) === plain(b);
const bare = (parameter: string): string => parameter.replace("*", "");

/** Where our op calls a parameter otherwise than Keras does, its place tells which it is. */
function nameByPlace(name: string, params: readonly string[], place: number): string | undefined {
  const known = parameters[name]?.[place];
  return known === undefined || params.some((param) => sameName(param, bare(known))) ? undefined : bare(known);
}

/** The parameter that Python collects what is left in: "operands" of `*operands`. */
function starredOf(name: string): string | undefined {
  const starred = parameters[name]?.find((parameter) => /^\*\w/.test(parameter));
  return starred === undefined ? undefined : bare(starred);
}

/** Values by parameter, those of a starred one as a list. */
function bindAsPython(name: string, { args, kwargs }: PythonArguments): Map<string, unknown> {
  const known = parameters[name];
  if (known === undefined) throw new TypeError(`keras.ops has no ${name} in the table of parameters`);
  const star = starredOf(name);
  const places = (star === undefined ? known : known.slice(0, known.indexOf(`*${star}`))).filter((parameter) => !parameter.startsWith("*"));
  if (args.length > places.length && star === undefined) {
    throw new TypeError(`${name} takes ${places.length} arguments: the case gives ${args.length}`);
  }
  const values = new Map(places.slice(0, args.length).map((parameter, i) => [parameter, args[i]]));
  if (star !== undefined) values.set(star, args.slice(places.length));
  for (const [key, value] of Object.entries(kwargs)) values.set(key, value);
  return values;
}
