type Reviver = (this: unknown, key: string, value: unknown, context?: { readonly source?: string }) => unknown;

/** Whole numbers beyond 2^53 come as bigints, where JSON.parse tells its reviver the text of a number (Node 22 and later). */
const keepLargeIntegers: Reviver = (_key, value, context) => {
  if (typeof value !== "number" || !Number.isInteger(value) || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && /^-?\d+$/.test(source) ? BigInt(source) : value;
};

/** JSON.parse that loses no digit of an int64. */
export function parseJson(text: string): unknown {
  return JSON.parse(text, keepLargeIntegers as (key: string, value: unknown) => unknown);
}
