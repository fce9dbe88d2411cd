import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { LoopKernel } from "@neurite/compiler";
import { DeviceError, type Storage, ValueError } from "@neurite/core";
import { describe, expect, test } from "vitest";
import { type BufferSpec, bindPlan, makeBackend, makeBody, makePlan, upload, view } from "./testing/plans.ts";

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

/** The system's way to limit the memory of a running process; Linux has it. */
const canLimit = existsSync("/proc/self/status") && spawnSync("prlimit", ["--version"]).status === 0;

test.skipIf(!canLimit)("a run that finds no memory for its kernels' scratch space is a DeviceError; the process goes on", () => {
  const script = `
    import { spawnSync } from "node:child_process";
    import { readFileSync } from "node:fs";
    import { build as b, traceGraph } from "@neurite/core";
    import { makeBackend } from "./testing/plans.ts";
    const backend = makeBackend({ threads: 1 });
    const compiled = (n) => {
      const { graph } = traceGraph([{ dtype: "float32", shape: [n, n] }], ([x]) => [b.eigh(x)[0]]);
      return backend.bind(backend.compile(graph), []);
    };
    const [large, small] = [compiled(3000), compiled(20)];
    const [much, little] = [3000, 20].map((n) => {
      const storage = backend.alloc(4 * n * n);
      backend.write(storage, new Float32Array(n * n));
      return storage;
    });
    // What the process has, and a little more: results fit, the work of the factorization does not.
    const kilobytes = Number(/VmSize:\\s+(\\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]);
    spawnSync("prlimit", ["--pid", String(process.pid), "--as=" + (kilobytes + 60_000) * 1024]);
    const attempts = [];
    for (const [program, input] of [[large, much], [small, little]]) {
      try {
        await backend.read(backend.run(program, [input], [])[0], 0, 4);
        attempts.push("done");
      } catch (error) {
        attempts.push(error.name + ": " + error.message);
      }
    }
    console.log(JSON.stringify(attempts));
  `;
  const output = execFileSync(process.execPath, ["--conditions=source", "--input-type=module-typescript", "-e", script], {
    cwd: fileURLToPath(new URL(".", import.meta.url)),
    encoding: "utf8",
  });
  const [large, small] = JSON.parse(output) as [string, string];
  expect(large).toMatch(/^DeviceError: \[cpu\] out of memory/);
  expect(small).toBe("done");
});
