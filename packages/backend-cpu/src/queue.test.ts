import { Worker } from "node:worker_threads";
import type { GatherKernel, LoopKernel } from "@neurite/compiler";
import { ValueError } from "@neurite/core";
import { describe, expect, test } from "vitest";
import { type BufferSpec, bindPlan, makeBackend, makeBody, makePlan, upload, view } from "./testing/plans.ts";

/** state[0] += input[0]; output = the new state. */
function counter() {
  const buffers: BufferSpec[] = [
    { dtype: "int32", size: 1, kind: "state" },
    { dtype: "int32", size: 1, kind: "input" },
    { dtype: "int32", size: 1, kind: "output" },
  ];
  const body = makeBody(
    buffers,
    [view(0, [0]), view(1, [0])],
    [{ op: "add", dtype: "int32", args: [0, 1] }],
    [
      [2, view(0, [0])],
      [2, view(2, [0])],
    ],
  );
  const loop: LoopKernel = { kind: "loop", row: false, shape: [1], ...body };
  return makePlan(buffers, [loop]);
}

/** Takes element `input[0]` of a state of four numbers. */
function lookup() {
  const buffers: BufferSpec[] = [
    { dtype: "float32", size: 4, kind: "state" },
    { dtype: "int32", size: 1, kind: "input" },
    { dtype: "float32", size: 1, kind: "output" },
  ];
  const gather: GatherKernel = {
    kind: "gather",
    dtype: "float32",
    outer: 1,
    size: 4,
    inner: 1,
    count: 1,
    site: 0,
    x: view(0, [0, 1, 0]),
    indices: view(1, [1]),
    out: view(2, [0, 1, 0]),
  };
  return makePlan(buffers, [gather], { sites: [{ op: "gather", scope: "model/embedding", message: "an index is outside 0..3" }] });
}

const int = (buffer: ArrayBuffer): number => new Int32Array(buffer)[0];

describe.each([
  ["synchronous", 10],
  ["queued", 0],
] as const)("%s runs", (_, synchronousLimit) => {
  test("happen in order, between writes and reads", async () => {
    const backend = makeBackend({ synchronousLimit });
    const { program, storages } = bindPlan(backend, counter(), [Int32Array.of(0)]);
    const input = upload(backend, Int32Array.of(1));
    const promises: Promise<ArrayBuffer>[] = [];
    const outputs = [];
    for (let i = 0; i < 200; i++) {
      outputs.push(...backend.run(program, [input], []));
      promises.push(backend.read(storages[0], 0, 4));
      if (i % 10 === 9) backend.write(storages[0], Int32Array.of(0));
    }
    const seen = (await Promise.all(promises)).map(int);
    expect(seen).toEqual(Array.from({ length: 200 }, (_, i) => (i % 10) + 1));
    expect(outputs.map((output) => int(backend.readSync(output, 0, 4)))).toEqual(seen);
    await backend.sync();
    expect(backend.memory().runs).toBe(200);
    backend.dispose();
  });

  test("a storage that is written, freed or dropped after a run does not change that run", async () => {
    const backend = makeBackend({ synchronousLimit });
    const { program } = bindPlan(backend, counter(), [Int32Array.of(0)]);
    const sums: number[] = [];
    for (let i = 1; i <= 50; i++) {
      const input = upload(backend, Int32Array.of(i));
      const [output] = backend.run(program, [input], []);
      backend.write(input, Int32Array.of(1000));
      backend.free(input);
      sums.push(int(await backend.read(output, 0, 4)));
    }
    expect(sums).toEqual(Array.from({ length: 50 }, (_, i) => ((i + 1) * (i + 2)) / 2));
    backend.dispose();
  });

  test("an index out of range is said once, with op and layer: by the run itself, or at the next read where it was queued", async () => {
    const backend = makeBackend({ synchronousLimit });
    const { program } = bindPlan(backend, lookup(), [Float32Array.of(10, 11, 12, 13)]);
    const at = (index: number) => backend.run(program, [upload(backend, Int32Array.of(index))], [])[0];
    const said = '[gather] an index is outside 0..3, in layer "model/embedding"';
    expect(new Float32Array(await backend.read(at(2), 0, 4))[0]).toBe(12);
    if (synchronousLimit > 0) {
      expect(() => at(4)).toThrow(ValueError);
      expect(() => at(-1)).toThrow(said);
    } else {
      await expect(backend.read(at(4), 0, 4)).rejects.toThrow(ValueError);
      at(-1);
      await expect(backend.sync()).rejects.toThrow(said);
    }
    await backend.sync();
    expect(new Float32Array(backend.readSync(at(3), 0, 4))[0]).toBe(13);
    backend.dispose();
  });

  test("runs behind a failed one do nothing until the error has been seen", async () => {
    const backend = makeBackend({ synchronousLimit });
    const { program: look } = bindPlan(backend, lookup(), [new Float32Array(4)]);
    const { program: count, storages } = bindPlan(backend, counter(), [Int32Array.of(5)]);
    const one = upload(backend, Int32Array.of(1));
    try {
      backend.run(look, [upload(backend, Int32Array.of(100))], []);
      backend.run(count, [one], []);
      await backend.sync();
      expect.fail("the error was lost");
    } catch (error) {
      expect(error).toBeInstanceOf(ValueError);
    }
    expect(int(backend.readSync(storages[0], 0, 4))).toBe(5);
    backend.run(count, [one], []);
    expect(int(backend.readSync(storages[0], 0, 4))).toBe(6);
    backend.dispose();
  });

  test("dispose waits for what is queued", () => {
    const backend = makeBackend({ synchronousLimit });
    const { program } = bindPlan(backend, counter(), [Int32Array.of(0)]);
    for (let i = 0; i < 20; i++) backend.run(program, [upload(backend, Int32Array.of(1))], []);
    backend.dispose();
    expect(() => backend.run(program, [], [])).toThrow("disposed of");
  });
});

test("worker threads have backends of their own, and may end at any time", async () => {
  const script = `
    const { parentPort } = require("node:worker_threads");
    const run = async () => {
      const { makeBackend, bindPlan, makePlan, makeBody, upload, view } = await import(${JSON.stringify(new URL("./testing/plans.ts", import.meta.url).href)});
      const backend = makeBackend({ threads: 2, synchronousLimit: 0 });
      const size = 300000;
      const buffers = [{ dtype: "float32", size, kind: "input" }, { dtype: "float32", size, kind: "output" }];
      const body = makeBody(buffers, [view(0, [1])], [{ op: "exp", dtype: "float32", args: [0] }], [[1, view(1, [1])]]);
      const { program } = bindPlan(backend, makePlan(buffers, [{ kind: "loop", row: false, shape: [size], ...body }]));
      const input = upload(backend, new Float32Array(size));
      let last;
      for (let i = 0; i < 20; i++) last = backend.run(program, [input], [])[0];
      const values = new Float32Array(await backend.read(last, 0, 4 * size));
      parentPort.postMessage(values.every((value) => value === 1));
      for (;;) backend.run(program, [input], []);
    };
    run();
  `;
  const workers = Array.from({ length: 3 }, () => new Worker(script, { eval: true, execArgv: ["--conditions=source"] }));
  const results = await Promise.all(
    workers.map(
      (worker) =>
        new Promise((resolve, reject) => {
          worker.once("message", resolve);
          worker.once("error", reject);
        }),
    ),
  );
  expect(results).toEqual([true, true, true]);
  await Promise.all(workers.map((worker) => worker.terminate()));
});
