import { ops, type Tensor } from "@neurite/core";
import { BatchNormalization, Concatenate, Conv2D, Dense, Dropout, Flatten, Input, Layer, MaxPooling2D, Reshape } from "@neurite/layers";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { Model, Sequential, type SummaryOptions } from "../index.ts";
import { kerasFixture, setUp } from "../testing/fixtures.ts";
import { readableBytes } from "./summary.ts";
import { wrapText } from "./table.ts";

beforeEach(() => void setUp());

function stack(): Sequential {
  const layers = [
    new Dense(4, { activation: "relu", name: "hidden" }),
    new BatchNormalization({ name: "norm" }),
    new Dense(1, { name: "out" }),
  ];
  return new Sequential([Input({ shape: [6] }), ...layers], { name: "stack" });
}

function longNames(): Sequential {
  const layers = [
    new Dense(4, { name: "a_layer_with_a_name_that_does_not_fit_its_column" }),
    new Dense(1, { name: "exactly_thirty_one_chars" }),
  ];
  return new Sequential([Input({ shape: [6] }), ...layers], { name: "long" });
}

async function fitted(model: Sequential, fit: boolean): Promise<Sequential> {
  model.layers[0].trainable = false;
  model.compile({ loss: "mse", optimizer: "adam" });
  if (fit) await model.fit(ops.zeros([8, 6]), ops.zeros([8, 1]), { verbose: 0 });
  return model;
}

function graph(): Model {
  const a = Input({ shape: [6], name: "a" });
  const b = Input({ shape: [5], name: "b" });
  const shared = new Dense(3, { name: "shared" });
  const joined = new Concatenate({ name: "joined" })([shared(a), new Dense(3, { name: "side" })(b)]);
  const back = shared(new Dense(6, { name: "wide" })(joined));
  return new Model({ inputs: [a, b], outputs: [new Dense(1, { name: "main_output_with_a_long_name" })(joined), back], name: "graph" });
}

function chain(): Model {
  const a = Input({ shape: [6], name: "a" });
  return new Model({ inputs: a, outputs: new Dense(2, { name: "second" })(new Dense(3, { name: "first" })(a)), name: "chain" });
}

function nested(): Sequential {
  const inner = new Sequential([Input({ shape: [6] }), new Dense(3, { name: "inner_dense" }), new Dropout(0.5, { name: "drop" })], {
    name: "inner",
  });
  inner.trainable = false;
  return new Sequential([Input({ shape: [6] }), inner, new Flatten({ name: "flat" }), new Dense(1, { name: "out" })], { name: "nested" });
}

class Sub extends Model {
  readonly first = new Dense(3, { name: "first" });
  readonly second = new Dense(2, { name: "second" });
  constructor() {
    super({ name: "sub" });
  }
  override call(x: Tensor): Tensor {
    return this.second(this.first(x));
  }
}

function called(model: Sub): Model {
  model(ops.zeros([8, 6]));
  return model;
}

class Split extends Layer {
  override call(x: Tensor): Tensor[] {
    return ops.split(x, [2], { axis: -1 }) as Tensor[];
  }
}

const cases: Record<string, { model: () => Model | Promise<Model>; options?: SummaryOptions }> = {
  stack: { model: stack },
  narrow: { model: stack, options: { lineLength: 50 } },
  wide: { model: stack, options: { lineLength: 120 } },
  longNames: { model: longNames },
  compiled: { model: () => fitted(stack(), false) },
  fitted: { model: () => fitted(stack(), true) },
  unbuilt: { model: () => new Sequential([new Dense(4, { name: "one" }), new Dense(2, { name: "two" })], { name: "unbuilt" }) },
  empty: { model: () => new Sequential([], { name: "empty" }) },
  graph: { model: graph },
  wideGraph: { model: graph, options: { lineLength: 108 } },
  narrowGraph: { model: graph, options: { lineLength: 61 } },
  chain: { model: chain },
  nested: { model: nested },
  expanded: { model: nested, options: { expandNested: true, showTrainable: true } },
  expandedGraph: {
    model() {
      const a = Input({ shape: [6], name: "a" });
      return new Model({ inputs: a, outputs: [nested()(a), new Dense(1, { name: "b" })(a)], name: "outer" });
    },
    options: { expandNested: true },
  },
  sub: { model: () => new Sub() },
  calledSub: { model: () => called(new Sub()) },
  several: {
    model() {
      const a = Input({ shape: [6], name: "a" });
      return new Model({ inputs: a, outputs: new Split({ name: "split" })(a), name: "several" });
    },
  },
  ops: {
    model() {
      const [a, b] = ["a", "b"].map((name) => Input({ shape: [6], name }));
      return new Model({ inputs: [a, b], outputs: ops.relu(ops.add(a as never, b as never)), name: "with_ops" });
    },
  },
  big: {
    model: () =>
      new Sequential([Input({ shape: [784] }), new Dense(3000, { name: "d1" }), new Dense(3000, { name: "d2" })], { name: "big" }),
  },
  image: {
    model: () =>
      new Sequential(
        [
          Input({ shape: [28, 28] }),
          new Reshape([28, 28, 1], { name: "r" }),
          new Conv2D(8, 3, { name: "c" }),
          new MaxPooling2D({ name: "p" }),
          new Flatten({ name: "f" }),
        ],
        { name: "image" },
      ),
    options: { showTrainable: true },
  },
};

const expected = kerasFixture<Record<string, readonly string[]>>("summaries");

describe("summary prints what Keras prints", () => {
  test("there is a case for each of its summaries", () => expect(Object.keys(cases)).toEqual(Object.keys(expected)));

  test.each(Object.keys(cases))("%s", async (name) => {
    const lines: string[] = [];
    const { model, options } = cases[name];
    (await model()).summary({ ...options, printFn: (line) => lines.push(line) });
    expect(lines).toEqual(expected[name]);
  });
});

test("goes to the console by default", () => {
  const log = vi.spyOn(console, "log").mockReturnValue(undefined);
  stack().summary();
  expect(log.mock.calls.map(([line]) => line as string)).toEqual(expected["stack"]);
  log.mockRestore();
});

test("refuses a table without room for its columns", () => {
  expect(() => stack().summary({ lineLength: 10, printFn: () => {} })).toThrow(
    /\[summary\] lineLength must leave room for 3 columns: got 10/,
  );
});

test("text is broken at spaces, and long words are cut", () => {
  expect(wrapText("ab cd ef", 5)).toEqual(["ab cd", "ef"]);
  expect(wrapText("abcdefgh ij", 5)).toEqual(["abcd…", "ij"]);
  expect(wrapText("ij abcdefgh", 5)).toEqual(["ij", "abcd…"]);
  expect(wrapText("", 5)).toEqual([""]);
});

test("bytes have binary units", () => {
  expect([0, 1023, 1024, 1_500_000, 3 * 2 ** 30, 2 ** 41].map(readableBytes)).toEqual([
    "0.00 B",
    "1023.00 B",
    "1.00 KB",
    "1.43 MB",
    "3.00 GB",
    "2.00 TB",
  ]);
});
