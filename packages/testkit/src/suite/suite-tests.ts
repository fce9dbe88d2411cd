import { type Backend, dtypes as allDTypes } from "@neurite/core";
import { reference } from "@neurite/backend-reference";
import { type ValueClass, valueClasses } from "../samples/values.ts";
import { accuracies } from "./accuracy.ts";
import { contractTests } from "./contract-tests.ts";
import { engineTests } from "./engine-tests.ts";
import { gradientTests } from "./gradient-tests.ts";
import { type MakeBackend, NotApplicable, type SuiteOptions, type SuitePart, suiteParts, type SuiteTest } from "./options.ts";
import { primitiveTests } from "./primitive-tests.ts";
import { programTests } from "./program-tests.ts";
import type { SuiteSetting } from "./setting.ts";

const builders: Readonly<Record<SuitePart, (setting: SuiteSetting) => readonly SuiteTest[]>> = {
  primitives: primitiveTests,
  gradients: gradientTests,
  programs: programTests,
  contract: contractTests,
  engine: engineTests,
};

/** Every test of the suite that the options ask for. */
export function suiteTests(backend: Backend, make: MakeBackend, options: SuiteOptions = {}): readonly SuiteTest[] {
  const { thorough = false, skip = {}, only = [""] } = options;
  const chosen = options.dtypes ?? allDTypes;
  const setting: SuiteSetting = {
    backend,
    make,
    oracle: reference({ precision: "float64" }),
    // In the order of the list of dtypes, whatever the backend's.
    dtypes: allDTypes.filter((dtype) => backend.capabilities.dtypes.has(dtype) && chosen.includes(dtype)),
    sizes: options.sizes ?? Array.from({ length: 65 }, (_, i) => i + 1),
    values: new Set<ValueClass>(options.values ?? valueClasses),
    accuracies: { ...accuracies, ...options.accuracy },
    flushesDenormals: options.flushesDenormals ?? false,
    thorough,
    programs: options.programs ?? (thorough ? 1000 : 40),
    seed: options.seed ?? 1,
  };
  const reasonFor = (name: string): string | undefined => Object.entries(skip).find(([prefix]) => name.startsWith(prefix))?.[1];
  const tests = (options.parts ?? suiteParts).flatMap((part) => builders[part](setting));
  return tests
    .filter(({ name }) => only.some((prefix) => name.startsWith(prefix)))
    .map((each) => {
      const reason = reasonFor(each.name);
      return reason === undefined ? each : { ...each, run: () => Promise.reject(new NotApplicable(reason)) };
    });
}
