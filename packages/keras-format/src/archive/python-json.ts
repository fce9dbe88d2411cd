import { SerializationError } from "@neurite/core";

/** Texts, which stay as they are, and the numbers that Python writes and JSON does not have. */
const token = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g;

/**
 * JSON as Python writes it: with NaN and Infinity.
 *
 * @param what What messages call the text.
 * @throws SerializationError, with its cause, for what is no JSON.
 */
export function parsePythonJson(text: string, what: string): unknown {
  const marked = text.replace(token, (found) => (found.startsWith('"') ? found : JSON.stringify({ [numberKey]: found })));
  try {
    return JSON.parse(marked, (_, value: unknown) => {
      if (typeof value !== "object" || value === null || !(numberKey in value)) return value;
      return Number((value as Record<string, string>)[numberKey]);
    }) as unknown;
  } catch (cause) {
    throw new SerializationError(`[load] ${what} is no JSON: ${(cause as Error).message}`, { cause });
  }
}

const numberKey = "\u0000number";

/** Keys whose numbers Keras takes as floats and as nothing else, in optimizers, schedules and metrics: a momentum of 0 is 0.0. */
const floatKeys: ReadonlySet<string> = new Set([
  "alpha", "beta", "decay_rate", "end_learning_rate", "initial_learning_rate", "learning_rate", "m_mul", "momentum", "power", "t_mul", "threshold", "values",
  "warmup_target",
]); // prettier-ignore

/**
 * JSON as Python writes it: with NaN and Infinity, and with a point in what must be a float.
 *
 * @param value What JSON holds.
 */
export function pythonJson(value: unknown): string {
  const float = (item: unknown): unknown => (Number.isSafeInteger(item) ? { [numberKey]: (item as number).toFixed(1) } : item);
  const mark = (key: string, item: unknown): unknown => {
    if (typeof item === "number" && !Number.isFinite(item)) return { [numberKey]: String(item) };
    if (!floatKeys.has(key)) return item;
    return Array.isArray(item) ? item.map(float) : float(item);
  };
  return JSON.stringify(value, mark).replace(markedNumber, "$1");
}

/** What stands for a number in a text; quotes within texts are escaped, so it is in no other place. */
const markedNumber = /\{"\\u0000number":"([^"]*)"\}/g;

/** The text of a member or attribute. */
export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
