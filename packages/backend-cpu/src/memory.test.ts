import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { LoopKernel, WindowKernel } from "@neurite/compiler";
import { DeviceError, type Storage, ValueError } from "@neurite/core";
import { describe, expect, test } from "vitest";
import { type BufferSpec, bindPlan, makeBackend, makeBody, makePlan, runPlan, upload, view } from "./testing/plans.ts";

/** Doubles `size` numbers into a new storage. */
function doubling(size: number) {
  const buffers: BufferSpec[] = [
    { dtype: "float32", size, kind: "input" },
    { dtype: "float32", size, kind: "output" },
  ];
  const body = makeBody(buffers, [view(0, [1])], [{ op: "add", dtype: "float32", args: [0, 0] }], [[1, view(1, [1])]]);
  const loop: LoopKernel = { kind: "loop", row: false, shape: [size], ...body };
  return makePlan(buffers, [loop]);
}

describe("storages", () => {
  test("are counted, and freed by free() at once", () => {
    const backend = makeBackend();
    expect(backend.memory()).toMatchObject({ bytes: 0, storages: 0, allocations: 0 });
    const storage = backend.alloc(1000);
    expect(backend.memory()).toMatchObject({ storages: 1, allocations: 1 });
    expect(backend.memory().bytes).toBeGreaterThanOrEqual(1000);
    backend.free(storage);
    backend.free(storage);
    expect(backend.memory()).toMatchObject({ bytes: 0, storages: 0, allocations: 1 });
    expect(() => backend.write(storage, new Uint8Array(1))).toThrow(DeviceError);
    expect(() => backend.readSync(storage, 0, 1)).toThrow("[read] the storage was freed");
    backend.dispose();
    expect(() => backend.alloc(1)).toThrow("[alloc] the cpu backend was disposed of");
  });

  test("write and read take ranges and check them", () => {
    const backend = makeBackend();
    const storage = backend.alloc(8);
    backend.write(storage, Int32Array.of(7), 4);
    backend.write(storage, new DataView(Int32Array.of(1, 5).buffer, 4), 0);
    expect(new Int32Array(backend.readSync(storage, 0, 8))).toEqual(Int32Array.of(5, 7));
    expect(new Int32Array(backend.readSync(storage, 4, 4))).toEqual(Int32Array.of(7));
    expect(() => backend.write(storage, Int32Array.of(1), 5)).toThrow(ValueError);
    expect(() => backend.readSync(storage, -1, 2)).toThrow(ValueError);
    expect(() => backend.readSync(storage, 0, 9)).toThrow(ValueError);
    expect(() => backend.alloc(-1)).toThrow(ValueError);
    expect(() => backend.alloc(2 ** 50)).toThrow("[cpu] out of memory");
    expect(() => backend.write(makeBackend().alloc(8), Int32Array.of(1))).toThrow("another backend");
  });

  test("beyond memoryLimit are a DeviceError, and the backend goes on", () => {
    const backend = makeBackend({ memoryLimit: 1 << 20 });
    const kept: Storage[] = [];
    expect(() => {
      for (;;) kept.push(backend.alloc(100_000));
    }).toThrow(DeviceError);
    expect(kept.length).toBeGreaterThanOrEqual(7);
    expect(backend.memory().bytes).toBeLessThanOrEqual(1 << 20);
    const { program } = bindPlan(backend, doubling(100_000));
    expect(() => backend.run(program, [upload(backend, new Float32Array(1))], [])).toThrow(ValueError);
    backend.free(kept.pop() as Storage);
    expect(backend.alloc(50_000).bytes).toBe(50_000);
  });
});

/** Runs a script in a process of its own, so that nothing else counts. */
function inProcess(script: string): string {
  const preamble = `
    import { makeBackend, bindPlan, makePlan, makeBody, upload, view } from "./testing/plans.ts";
    const size = Number(process.env.SIZE);
    const buffers = [{ dtype: "float32", size, kind: "input" }, { dtype: "float32", size, kind: "output" }];
    const body = makeBody(buffers, [view(0, [1])], [{ op: "add", dtype: "float32", args: [0, 0] }], [[1, view(1, [1])]]);
    const plan = makePlan(buffers, [{ kind: "loop", row: false, shape: [size], ...body }]);
  `;
  return preamble + script;
}

describe.each([
  ["large results", 1_000_000, 1500],
  ["small results", 1000, 200_000],
] as const)("a loop that never awaits, with %s", (_, size, runs) => {
  test.each(["immediate", "deferred"] as const)("stays bounded with %s finalizers, or says what to do", (finalizers) => {
    const script = inProcess(`
      const backend = makeBackend({ finalizers: "${finalizers}", threads: 1, memoryLimit: ${finalizers === "deferred" ? 256 << 20 : 0} });
      const { program } = bindPlan(backend, plan);
      const input = upload(backend, new Float32Array(size));
      let message = "";
      try {
        for (let i = 0; i < ${runs}; i++) backend.run(program, [input], []);
      } catch (error) {
        message = error.name + ": " + error.message;
      }
      console.log(JSON.stringify({ peak: backend.memory().peakBytes, runs: backend.memory().runs, message }));
    `);
    const output = execFileSync(process.execPath, ["--conditions=source", "--input-type=module-typescript", "-e", script], {
      cwd: fileURLToPath(new URL(".", import.meta.url)),
      env: { ...process.env, SIZE: String(size) },
      encoding: "utf8",
    });
    const result = JSON.parse(output) as { peak: number; runs: number; message: string };
    if (finalizers === "immediate") {
      expect(result).toMatchObject({ runs, message: "" });
    } else {
      expect(result.message).toMatch(/^DeviceError: \[cpu\] out of memory.*await something/);
    }
    expect(result.peak).toBeLessThan(400 << 20);
  });
});

test("a run that finds no memory for its kernels' scratch space is a DeviceError; the backend goes on", () => {
  const backend = makeBackend();
  /** A sum over one window, most of it padding, whose list of places is as long as the window has elements. */
  const windowed = (side: number): WindowKernel => ({
    kind: "reduce_window",
    op: "sum",
    dtype: "float32",
    input: [1, 1],
    output: [1, 1],
    window: [side, side],
    strides: [1, 1],
    padding: [
      [side - 1, 0],
      [0, side - 1],
    ],
    dilation: [1, 1],
    x: view(0, [0, 0]),
    y: null,
    out: view(1, [0, 0]),
  });
  const buffers: BufferSpec[] = [
    { dtype: "float32", size: 1, kind: "input" },
    { dtype: "float32", size: 1, kind: "output" },
  ];
  const attempt = (side: number) => runPlan(backend, makePlan(buffers, [windowed(side)]), [Float32Array.of(7)]).outputs[0];
  // 2^46 places of 16 bytes: more than a process can address.
  expect(() => attempt(2 ** 23)).toThrow(DeviceError);
  expect(() => attempt(2 ** 23)).toThrow("[cpu] out of memory: no room for the scratch space of a run");
  expect(attempt(3)).toEqual(Float32Array.of(7));
});
