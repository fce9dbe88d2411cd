import * as neurite from "neurite";
import { NotBuilt } from "../../conformance-set.ts";
import { toleranceOf } from "../../format/compare.ts";
import { decodeArray, type EncodedArray, isEncodedArray, toTensor } from "../../format/host-array.ts";
import { camelCase } from "../../format/naming.ts";
import { Problems } from "../../problems.ts";

interface UtilityCase {
  /** "keras.utils.normalize". */
  readonly function: string;
  readonly cases: readonly UtilityCall[];
  readonly rtol?: number;
  readonly atol?: number;
}

/** A call: keyword arguments, the expected result, and whatever else there is as positional arguments. */
interface UtilityCall {
  readonly kwargs?: Readonly<Record<string, unknown>>;
  readonly expected: EncodedArray;
  readonly [argument: string]: unknown;
}

/** A function of keras.utils. */
export async function checkUtility(json: UtilityCase): Promise<readonly string[]> {
  const name = camelCase(json.function.split(".").at(-1) as string);
  const { utils } = neurite as { readonly utils?: Readonly<Record<string, (...args: readonly unknown[]) => unknown>> };
  const utility = utils?.[name];
  if (utility === undefined) throw new NotBuilt(`utils.${name} is not built`);
  const problems = new Problems();
  for (const [i, { kwargs = {}, expected, ...rest }] of json.cases.entries()) {
    await problems.attempt(`case ${i}`, async () => {
      const options = Object.fromEntries(Object.entries(kwargs).map(([key, value]) => [camelCase(key), value]));
      const args = Object.values(rest).map((arg) => (isEncodedArray(arg) ? toTensor(decodeArray(arg)) : arg));
      await problems.compare(`case ${i}`, utility(...args, options), decodeArray(expected), toleranceOf(json), { anyDType: true });
    });
  }
  return problems.list;
}
