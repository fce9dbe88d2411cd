import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Worker } from "node:worker_threads";
import { DeviceError, ValueError, Variable, ops, tensor, withDevice } from "@neurite/core";
import { describe, expect, test } from "vitest";
import { bindPlan, contiguous, download, makeBackend, makeBody, makePlan, view } from "./testing/plans.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const shared = (values: readonly number[]): Float32Array<SharedArrayBuffer> => {
  const array = new Float32Array(new SharedArrayBuffer(4 * values.length));
  array.set(values);
  return array;
};

describe("tensors over shared memory", () => {
  test("read the memory itself, not a copy", () => {
    const backend = makeBackend();
    const data = shared([1, 2, 3, 4]);
    withDevice(backend, () => {
      const before = backend.memory().bytes;
      const x = tensor(data, { share: true, shape: [2, 2] });
      expect(backend.memory().bytes).toBe(before);
      // What the documentation forbids shows that there is one memory only.
      data[3] = 40;
      expect(ops.sum(x).itemSync()).toBe(46);
      const copied = tensor(data);
      data[3] = 400;
      expect(ops.sum(copied).itemSync()).toBe(46);
    });
  });

  test("hold float16 in a Float16Array, where Node has it, or as bits", (context) => {
    const bits = new Uint16Array(new SharedArrayBuffer(4));
    bits.set([0x3c00, 0xc000]);
    withDevice(makeBackend(), () => {
      expect(ops.sum(tensor(bits, { share: true, dtype: "float16" })).itemSync()).toBe(-1);
      const { Float16Array: Halves } = globalThis as unknown as { Float16Array?: new (buffer: ArrayBufferLike) => Uint16Array };
      if (Halves === undefined) return context.skip("this Node has no Float16Array");
      const x = tensor(new Halves(bits.buffer), { share: true });
      expect(x.dtype).toBe("float16");
      bits[1] = 0x4000; // what the documentation forbids
      expect(ops.sum(x).itemSync()).toBe(3);
      expect(ops.sum(tensor(new Halves(bits.buffer), { dtype: "float32" })).itemSync()).toBe(3);
    });
  });

  test("are never written to: a variable made of one has memory of its own", () => {
    const backend = makeBackend();
    const data = shared([1, 2, 3]);
    withDevice(backend, () => {
      const variable = new Variable(tensor(data, { share: true }));
      variable.assignAdd(1);
      expect([...(variable.dataSync() as Float32Array)]).toEqual([2, 3, 4]);
    });
    expect([...data]).toEqual([1, 2, 3]);
    const storage = backend.adopt(data);
    expect(() => backend.write(storage, Float32Array.of(9))).toThrow(DeviceError);
    const buffers = [
      { dtype: "float32", size: 3, kind: "state" },
      { dtype: "float32", size: 3, kind: "output" },
    ] as const;
    const loop = {
      kind: "loop",
      row: false,
      shape: [3],
      ...makeBody(buffers, [view(0, contiguous([3]))], [], [[0, view(1, [1])]]),
    } as const;
    const { program } = bindPlan(backend, makePlan(buffers, [loop]), [Float32Array.of(1, 2, 3)]);
    expect(() => backend.bind(program.executable, [storage])).toThrow(DeviceError);
  });

  test("refuse what cannot be shared, and say why", () => {
    withDevice(makeBackend(), () => {
      expect(() => tensor(new Float32Array(3), { share: true })).toThrow(
        /\[tensor\] share needs .* over a SharedArrayBuffer: received a Float32Array/,
      );
      expect(() => tensor([1, 2], { share: true })).toThrow(ValueError);
      expect(() => tensor(shared([1]), { share: true, dtype: "int32" })).toThrow(/has to be converted/);
    });
    expect(() => makeBackend().adopt(new Float32Array(3) as never)).toThrow(ValueError);
  });

  test("keep their memory while they live, and let it go afterwards", async () => {
    const backend = makeBackend();
    let collected = 0;
    const registry = new FinalizationRegistry(() => collected++);
    const make = () => {
      const data = shared(new Array<number>(1000).fill(2));
      registry.register(data.buffer, null);
      return backend.adopt(data);
    };
    const kept = make();
    for (let i = 0; i < 200; i++) backend.free(make());
    for (let round = 0; round < 20; round++) {
      backend.free(backend.alloc(4));
      collect();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(collected).toBeGreaterThanOrEqual(199);
    expect(collected).toBeLessThanOrEqual(200);
    expect([...(download(backend, "float32", kept) as Float32Array)]).toEqual(new Array<number>(1000).fill(2));
    backend.free(kept);
    backend.dispose();
  });

  test("a long run queued over shared memory ends well though the tensor was dropped", async () => {
    const backend = makeBackend({ synchronousLimit: 0 });
    const sums = withDevice(backend, () =>
      Array.from({ length: 20 }, (_, i) => ops.sum(tensor(shared(new Array<number>(4000).fill(i)), { share: true }))),
    );
    collect();
    expect(await Promise.all(sums.map((sum) => sum.item()))).toEqual(Array.from({ length: 20 }, (_, i) => 4000 * i));
  });

  test("worker threads compute on one memory, each with a backend of its own", async () => {
    const data = shared(Array.from({ length: 1000 }, (_, i) => i));
    const core = new URL("../../core/src/index.ts", import.meta.url).href;
    const own = new URL("index.ts", import.meta.url).href;
    const script = `
      const { workerData, parentPort } = require("node:worker_threads");
      (async () => {
        const { tensor, ops, withDevice } = await import(${JSON.stringify(core)});
        const { cpu } = await import(${JSON.stringify(own)});
        const device = cpu({ threads: 1 });
        const sum = withDevice(device, () => ops.sum(tensor(new Float32Array(workerData), { share: true })).itemSync());
        parentPort.postMessage(sum);
      })();`;
    const workers = [0, 1, 2].map(() => new Worker(script, { eval: true, execArgv: ["--conditions=source"], workerData: data.buffer }));
    const answers = workers.map(
      (worker) => new Promise<unknown>((resolve, reject) => worker.once("message", resolve).once("error", reject)),
    );
    const sum = withDevice(makeBackend(), () => ops.sum(tensor(data, { share: true })).itemSync());
    expect(await Promise.all(answers)).toEqual([sum, sum, sum]);
    expect(sum).toBe(499500);
    await Promise.all(workers.map((worker) => worker.terminate()));
  });
});
