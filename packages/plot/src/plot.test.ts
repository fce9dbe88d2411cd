import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reference } from "@neurite/backend-reference";
import { ops, setDefaultDevice, type Tensor, ValueError } from "@neurite/core";
import { Add, Concatenate, Dense, Input } from "@neurite/layers";
import { Model, Sequential } from "@neurite/models";
import { instance } from "@viz-js/viz";
import { beforeAll, describe, expect, test } from "vitest";
import { type DotOptions, modelToDot, plotModel } from "./index.ts";

beforeAll(() => setDefaultDevice(reference()));

interface Drawn {
  /** Boxes by their texts. */
  readonly boxes: readonly string[];
  /** Pairs of the first texts of two boxes. */
  readonly edges: readonly string[];
  /** Frames, with the boxes that they hold. */
  readonly frames: Readonly<Record<string, readonly string[]>>;
}

interface Laid {
  readonly objects: readonly { readonly name: string; readonly label?: string; readonly nodes?: readonly number[]; readonly subgraphs?: readonly number[]; readonly _ldraw_?: readonly { readonly text?: string }[] }[]; // prettier-ignore
  readonly edges?: readonly { readonly tail: number; readonly head: number }[];
}

/** What Graphviz itself reads in a drawing. */
async function read(model: Model, options: DotOptions = {}): Promise<Drawn> {
  const laid = JSON.parse((await instance()).renderString(modelToDot(model, options), { format: "json" })) as Laid;
  const texts = laid.objects.map(({ _ldraw_ = [] }) => _ldraw_.flatMap(({ text }) => text ?? []).join(" "));
  const first = (i: number): string => (texts[i] as string).split(" ")[0].replace(/_\d+$/, "");
  const frames = laid.objects.filter(({ name }) => name.startsWith("cluster"));
  return {
    boxes: laid.objects.flatMap(({ name }, i) => (name.startsWith("cluster") ? [] : [texts[i] as string])),
    edges: (laid.edges ?? []).map(({ tail, head }) => `${first(tail)} → ${first(head)}`).sort(),
    frames: Object.fromEntries(frames.map(({ label, nodes = [] }) => [label as string, nodes.map(first)])),
  };
}

function twoBranches(): Model {
  const encoder = new Sequential([new Dense(16, { activation: "relu", name: "first" }), new Dense(8, { name: "second" })], {
    name: "encoder",
  });
  const inside = Input({ shape: [8], name: "inside" });
  const residual = new Model({
    inputs: inside,
    outputs: new Add({ name: "sum" })([inside, new Dense(8, { name: "path" })(inside)]),
    name: "residual",
  });
  const [a, b] = [Input({ shape: [8], name: "a" }), Input({ shape: [8], name: "b" })];
  const shared = new Dense(8, { name: "shared" });
  const joined = new Concatenate({ name: "joined" })([shared(encoder(a)), shared(residual(b))]);
  return new Model({
    inputs: { a, b },
    outputs: [new Dense(1, { name: "out" })(joined), ops.multiply(joined as unknown as Tensor, 2) as never],
  });
}

describe("modelToDot", () => {
  test("a Sequential is a chain of its layers, without its input", async () => {
    const model = new Sequential([new Dense(3, { inputShape: [4], name: "one" }), new Dense(2, { name: "two" })]);
    expect(await read(model)).toEqual({ boxes: ["one  (Dense)", "two  (Dense)"], edges: ["one → two"], frames: {} });
  });

  test("layers that share, split and join; nested models and operations are boxes", async () => {
    const { boxes, edges, frames } = await read(twoBranches());
    expect(boxes).toHaveLength(8);
    expect(boxes).toContain("encoder  (Sequential)");
    expect(edges).toEqual([
      "a → encoder",
      "b → residual",
      "encoder → shared",
      "joined → multiply",
      "joined → out",
      "residual → shared",
      "shared → joined",
    ]);
    expect(frames).toEqual({});
  });

  test("nested models as frames: edges reach the layers inside", async () => {
    const { edges, frames } = await read(twoBranches(), { expandNested: true });
    expect(frames).toEqual({ encoder: ["first", "second"], residual: ["inside", "path", "sum"] });
    expect(edges).toEqual([
      "a → first",
      "b → inside",
      "first → second",
      "inside → path",
      "inside → sum",
      "joined → multiply",
      "joined → out",
      "path → sum",
      "second → shared",
      "shared → joined",
      "sum → shared",
    ]);
  });

  test("shapes, dtypes, activations and what is trained", async () => {
    const model = twoBranches();
    model.getLayer("out").trainable = false;
    const options = { showShapes: true, showDtype: true, showLayerActivations: true, showTrainable: true };
    const { boxes } = await read(model, options);
    expect(boxes).toContain("a  (InputLayer) Output shape:  (None, 8) Output dtype:  float32");
    expect(boxes).toContain("joined  (Concatenate) Input shape:  [(None, 8), (None, 8)] Output shape:  (None, 16) Output dtype:  float32");
    expect(boxes).toContain(
      "out  (Dense) Activation:  linear Input shape:  (None, 16) Output shape:  (None, 1) Output dtype:  float32 Non-trainable",
    );
    expect(boxes).toContain("shared  (Dense) Activation:  linear Input shape:  ? Output shape:  ? Output dtype:  ? Trainable");
    expect((await read(model, { showLayerNames: false })).boxes).toContain("Concatenate");
  });

  test("names may hold anything", async () => {
    const model = new Sequential([new Dense(3, { inputShape: [4], name: 'a<b>&"c"' })], { name: 'so "called" <net>' });
    expect((await read(model)).boxes).toEqual(['a<b>&"c"  (Dense)']);
  });

  test("a subclass that computes in call is one box", async () => {
    class Doubling extends Model {
      override call(x: Tensor): Tensor {
        return ops.multiply(x, 2);
      }
    }
    const model = new Doubling({ name: "doubling" });
    expect(() => modelToDot(model)).toThrow('[modelToDot] model "doubling" is not built yet');
    (model as unknown as (x: Tensor) => Tensor)(ops.ones([1, 2]));
    expect((await read(model)).boxes).toEqual(["doubling  (Doubling)"]);
  });

  test("wrong arguments", () => {
    const model = new Sequential([new Dense(3, { inputShape: [4] })]);
    expect(() => modelToDot(new Dense(3) as never)).toThrow(ValueError);
    expect(() => modelToDot(model, null as never)).toThrow("[modelToDot] options must be an object: received null");
    expect(() => modelToDot(model, { rankdir: "up" as never })).toThrow(
      '[modelToDot] rankdir must be one of TB, LR, BT, RL: received "up"',
    );
    expect(() => modelToDot(model, { dpi: -1 })).toThrow("[modelToDot] dpi must be a positive number: received -1");
    expect(() => modelToDot(model, { toFile: "x" } as never)).toThrow('[modelToDot] unknown option "toFile"');
  });
});

describe("plotModel", () => {
  test("gives an SVG, and writes it", async () => {
    const folder = await mkdtemp(join(tmpdir(), "neurite-plot-"));
    try {
      const toFile = join(folder, "model.svg");
      const svg = await plotModel(twoBranches(), { showShapes: true, toFile });
      expect(svg).toMatch(/^<\?xml[\s\S]*<svg [\s\S]*<\/svg>\s*$/);
      expect(svg).toContain("Concatenate");
      expect(svg).not.toContain("joined");
      expect(await readFile(toFile, "utf8")).toBe(svg);
      await expect(plotModel(twoBranches(), { toFile: join(folder, "missing", "model.svg") })).rejects.toThrow("ENOENT");
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("refuses unknown options", async () => {
    const model = new Sequential([new Dense(3, { inputShape: [4] })]);
    await expect(plotModel(model, { to_file: "x" } as never)).rejects.toThrow('[plotModel] unknown option "to_file"');
  });
});
