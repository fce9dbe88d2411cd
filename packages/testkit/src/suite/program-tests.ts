/** Random graphs: whole, in part, and with every intermediate result read, they must give what the oracle gives node by node. */
import { fuzzOnce } from "../fuzz/fuzz.ts";
import type { SuiteTest } from "./options.ts";
import type { SuiteSetting } from "./setting.ts";

const perTest = 5;

export function programTests(setting: SuiteSetting): readonly SuiteTest[] {
  const { backend, oracle, dtypes, flushesDenormals, programs, seed } = setting;
  if (!dtypes.includes("float32")) return [];
  return Array.from({ length: Math.ceil(programs / perTest) }, (_, batch): SuiteTest => {
    const first = seed + batch * perTest;
    const count = Math.min(perTest, programs - batch * perTest);
    return {
      name: `programs/random graphs of seeds ${first} to ${first + count - 1}`,
      part: "programs",
      run: async () => {
        for (let i = 0; i < count; i++) {
          const fault = await fuzzOnce(first + i, { backend, oracle, dtypes, flushesDenormals });
          if (fault !== null) throw new Error(fault.text);
        }
      },
    };
  });
}
