/** The backend's own code from end to end, over a driver that runs the rendered kernels on the host. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reference } from "@neurite/backend-reference";
import {
  type Backend,
  DeviceError,
  GradientTape,
  type Tensor,
  ValueError,
  Variable,
  compile,
  ops,
  tensor,
  withDevice,
} from "@neurite/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cuda, isAvailable, whyUnavailable } from "./index.ts";
import { openFake } from "./testing/fake-cuda.ts";

let folder: string;
let log: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "neurite-cuda-"));
  log = join(folder, "log");
  process.env["NEURITE_FAKE_CUDA_LOG"] = log;
});
afterEach(() => {
  process.env["NEURITE_FAKE_CUDA_LOG"] = "";
  process.env["NEURITE_FAKE_CUDA_FAIL"] = "";
  rmSync(folder, { recursive: true, force: true });
});

/** How often the driver was asked for something. */
const count = (name: string): number =>
  readFileSync(log, "utf8")
    .split("\n")
    .filter((call) => call === name).length;

test("without a driver the reason is told, and nothing breaks", async () => {
  const options = { driver: "/nowhere/libcuda.so.1" };
  expect(isAvailable(options)).toBe(false);
  expect(whyUnavailable(options)).toMatch(/^no CUDA driver: .*\/nowhere\/libcuda\.so\.1/);
  await expect(cuda(options)).rejects.toThrow(DeviceError);
  await expect(cuda(options)).rejects.toThrow(/^\[cuda\] no CUDA driver/);
  await expect(cuda({ device: -1 })).rejects.toThrow(ValueError);
});

test("a driver without devices or of a device number too high is told", () => {
  process.env["NEURITE_FAKE_CUDA_FAIL"] = "cuInit:100";
  expect(() => openFake()).toThrow(/does not start: CUDA_ERROR_NO_DEVICE/);
  process.env["NEURITE_FAKE_CUDA_FAIL"] = "";
  expect(() => openFake({ device: 3 })).toThrow(/there is no device 3/);
});

/** Two dense layers trained by gradient descent: losses of `steps` steps. */
function train(device: Backend, steps: number): number[] {
  return withDevice(device, () => {
    const x = tensor(
      Float32Array.from({ length: 8 * 5 }, (_, i) => Math.sin(i)),
      { shape: [8, 5] },
    );
    const y = tensor(
      Float32Array.from({ length: 8 }, (_, i) => Math.cos(i)),
      { shape: [8, 1] },
    );
    const first = new Variable(
      tensor(
        Float32Array.from({ length: 5 * 70 }, (_, i) => Math.sin(i * 3) / 3),
        { shape: [5, 70] },
      ),
    );
    const second = new Variable(
      tensor(
        Float32Array.from({ length: 70 }, (_, i) => Math.cos(i * 5) / 3),
        { shape: [70, 1] },
      ),
    );
    const step = compile((a: Tensor, b: Tensor) => {
      const tape = new GradientTape();
      const loss = tape.run(() => ops.mean(ops.square(ops.subtract(ops.matmul(ops.tanh(ops.matmul(a, first)), second), b))));
      const [g1, g2] = tape.gradient(loss, [first, second]) as [Tensor, Tensor];
      first.assignSub(g1.mul(0.1));
      second.assignSub(g2.mul(0.1));
      return loss;
    });
    return Array.from({ length: steps }, () => step(x, y).itemSync());
  });
}

test("training steps equal the reference's, the first launched by kernels, later ones as a graph", () => {
  const device = openFake();
  const losses = train(device, 4);
  const expected = train(reference(), 4);
  losses.forEach((loss, i) => expect(loss).toBeCloseTo(expected[i] as number, 5));
  expect(losses[3]).toBeLessThan(losses[0] as number);
  expect(count("cuGraphInstantiate")).toBe(1);
  expect(count("cuGraphLaunch")).toBe(3);
  device.dispose();
  // Everything taken was given back.
  expect(count("cuMemAlloc")).toBe(count("cuMemFree"));
  expect(count("cuMemAllocHost")).toBe(count("cuMemFreeHost"));
  expect(count("cuModuleLoadData")).toBe(count("cuModuleUnload"));
  expect(count("cuGraphInstantiate")).toBe(count("cuGraphExecDestroy"));
  expect(count("cuDevicePrimaryCtxRetain")).toBe(count("cuDevicePrimaryCtxRelease"));
  expect(() => device.alloc(1)).toThrow("[alloc] the cuda backend was disposed of");
});

test("products of cuBLASLt equal naive sums: transposed, batched, in graphs whose operands move", () => {
  const device = openFake();
  const numbers = (size: number, seed: number): Float32Array => Float32Array.from({ length: size }, (_, i) => Math.sin(i * seed + seed));
  const product = compile((a: Tensor, b: Tensor, c: Tensor) => {
    const first = ops.matmul(a, b);
    return ops.matmul(first, ops.transpose(c, { axes: [0, 2, 1] })).add(ops.sum(first));
  });
  withDevice(device, () => {
    for (let run = 1; run <= 4; run++) {
      const [a, b, c] = [numbers(2 * 3 * 5, run), numbers(2 * 5 * 4, run + 1), numbers(2 * 6 * 4, run + 2)];
      const found = product(tensor(a, { shape: [2, 3, 5] }), tensor(b, { shape: [2, 5, 4] }), tensor(c, { shape: [2, 6, 4] })).dataSync();
      const first = new Float64Array(2 * 3 * 4);
      first.forEach((_, at) => {
        const [batch, i, j] = [Math.floor(at / 12), Math.floor(at / 4) % 3, at % 4];
        for (let k = 0; k < 5; k++) first[at] += a[(batch * 3 + i) * 5 + k] * b[(batch * 5 + k) * 4 + j];
      });
      const total = first.reduce((sum, value) => sum + value, 0);
      found.forEach((value, at) => {
        const [batch, i, j] = [Math.floor(at / 18), Math.floor(at / 6) % 3, at % 6];
        let sum = total;
        for (let k = 0; k < 4; k++) sum += first[(batch * 3 + i) * 4 + k] * c[(batch * 6 + j) * 4 + k];
        expect(value).toBeCloseTo(sum, 4);
      });
    }
  });
  expect(count("cublasLtMatmul")).toBeGreaterThanOrEqual(4);
  expect(count("cuGraphLaunch")).toBe(3);
  device.dispose();
});

test("training is the same without graphs, and without cuBLASLt", () => {
  const expected = train(reference(), 3);
  for (const options of [{ graphs: false }, { cublasLt: false }, { synchronous: true }] as const) {
    const device = openFake(options);
    train(device, 3).forEach((loss, i) => expect(loss).toBeCloseTo(expected[i] as number, 5));
    device.dispose();
  }
});

test("a launch that fails is a DeviceError that names the kernel", () => {
  const device = openFake({ cublasLt: false });
  process.env["NEURITE_FAKE_CUDA_FAIL"] = "cuLaunchKernel:700";
  expect(() => withDevice(device, () => ops.exp(tensor([1, 2])).dataSync())).toThrow(
    /^\[run\] .*exp.*: the launch failed: CUDA_ERROR_ILLEGAL_ADDRESS/,
  );
  process.env["NEURITE_FAKE_CUDA_FAIL"] = "";
  device.dispose();
});

test("kernels that the compiler refuses are a DeviceError with its messages", () => {
  const device = openFake();
  process.env["NEURITE_FAKE_CUDA_FAIL"] = "nvrtcCompileProgram:6";
  expect(() => withDevice(device, () => ops.exp(tensor([1, 2])).dataSync())).toThrow(/^\[compile\] NVRTC error 6/);
  process.env["NEURITE_FAKE_CUDA_FAIL"] = "";
  device.dispose();
});

test("out of memory is a DeviceError, and the backend goes on", () => {
  const device = openFake({ memoryLimit: 1 << 20 });
  expect(() => device.alloc(1 << 21)).toThrow(/out of memory/);
  expect(() => device.alloc(2 ** 60)).toThrow(DeviceError);
  expect(withDevice(device, () => [...ops.add(tensor([1, 2]), 1).dataSync()])).toEqual([2, 3]);
  device.dispose();
});

test("compiled kernels are kept: a second backend compiles nothing", () => {
  const compute = (): void => {
    const device = openFake({ cache: join(folder, "kernels") });
    expect(withDevice(device, () => [...ops.multiply(tensor([1, 2]), 3).dataSync()])).toEqual([3, 6]);
    device.dispose();
  };
  compute();
  const compiled = count("nvrtcCompileProgram");
  expect(compiled).toBeGreaterThan(0);
  compute();
  expect(count("nvrtcCompileProgram")).toBe(compiled);
});
