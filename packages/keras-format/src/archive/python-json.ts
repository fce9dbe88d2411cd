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

/** The text of a member or attribute. */
export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
