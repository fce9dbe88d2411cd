import { readFileSync } from "node:fs";
import { getDefaultDevice, getDefaultRegistry, ValueError } from "@neurite/core";
import { isAvailable } from "@neurite/backend-cpu";
import { expect, test } from "vitest";

interface Manifest {
  readonly exports: Readonly<
    Record<string, string | { readonly source: string; readonly types: string; readonly node: string; readonly default: string }>
  >;
}

const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as Manifest;

function loadedAddons(): string[] {
  const { sharedObjects } = process.report.getReport() as unknown as { sharedObjects: string[] };
  return sharedObjects.filter((file) => file.includes("neurite_cpu"));
}

test("importing neurite loads no device; the first use of one does", async () => {
  const { tensor } = await import("./index.ts");
  expect(loadedAddons()).toEqual([]);
  expect(await tensor([1, 2]).array()).toEqual([1, 2]);
  expect(getDefaultDevice().name).toBe(isAvailable() ? "cpu" : "reference");
  expect(loadedAddons().length).toBe(isAvailable() ? 1 : 0);
});

test.each([
  ["layers", "Dense"],
  ["activations", "relu"],
  ["initializers", "he_normal"],
  ["regularizers", "l2"],
  ["constraints", "max_norm"],
  ["losses", "sparse_categorical_crossentropy"],
  ["metrics", "accuracy"],
  ["optimizers", "adam"],
  ["schedules", "CosineDecay"],
  ["models", "Sequential"],
] as const)("%s are found by name: %s", async (kind, name) => {
  await import("./index.ts");
  expect(getDefaultRegistry().get(kind, name)).toBeTypeOf("function");
  expect(() => getDefaultRegistry().get(kind, `${name}_`)).toThrow(ValueError);
  expect(() => getDefaultRegistry().get(kind, `${name}_`)).toThrow(`did you mean`);
});

test.each(Object.keys(manifest.exports).filter((path) => path !== "./package.json"))(
  "the subpath %s has its file and is not empty",
  async (path) => {
    const entry = manifest.exports[path];
    const name = path === "." ? "index" : path.slice(2);
    expect(entry).toEqual({
      source: `./src/${name}.ts`,
      types: `./dist/${name}.d.ts`,
      node: `./bundle/${name}.js`,
      default: `./dist/${name}.js`,
    });
    const module = (await import(/* @vite-ignore */ new URL(`${name}.ts`, import.meta.url).href)) as object;
    expect(Object.keys(module).length).toBeGreaterThan(0);
  },
);
