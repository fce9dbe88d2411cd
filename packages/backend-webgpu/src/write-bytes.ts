import { wgslPlaceWords } from "@neurite/compiler";
import type { GpuBuffer, GpuDevice } from "./gpu.ts";
import type { Pipelines } from "./pipelines.ts";
import { placeBytes, storageUsage, uniformUsage } from "./usages.ts";

const code: string = `
@group(0) @binding(0) var<uniform> places: array<vec4<u32>, ${wgslPlaceWords / 4}>;
@group(0) @binding(3) var<storage, read> values: array<u32>;
@group(0) @binding(4) var<storage, read_write> memory: array<u32>;
@compute @workgroup_size(64)
fn write(@builtin(workgroup_id) at: vec3<u32>, @builtin(num_workgroups) grid: vec3<u32>, @builtin(local_invocation_index) own: u32) {
  let i = (at.y * grid.x + at.x) * 64u + own;
  let words = places[0].y;
  if (i >= words) { return; }
  memory[places[0].x + i] = (memory[places[0].x + i] & ~values[words + i]) | values[i];
}`;

/** Writes bytes that begin or end amid words: a kernel replaces them, and leaves their neighbours. */
export function writeBytes(device: GpuDevice, pipelines: Pipelines, target: GpuBuffer, bytes: Uint8Array, byteOffset: number): void {
  const start = byteOffset % 4;
  const words = Math.ceil((start + bytes.length) / 4);
  const values = new Uint8Array(words * 8);
  values.set(bytes, start);
  values.fill(255, words * 4 + start, words * 4 + start + bytes.length);
  const source = device.createBuffer({ size: values.length, usage: storageUsage });
  const place = device.createBuffer({ size: placeBytes, usage: uniformUsage });
  device.queue.writeBuffer(source, 0, values);
  device.queue.writeBuffer(place, 0, new Uint32Array([Math.floor(byteOffset / 4), words, 0, 0]));
  const grid = Math.ceil(words / 64);
  const columns = Math.min(grid, 65535);
  const { pipeline, layout } = pipelines.of({ code, entry: "write", written: [false, true], run: false, status: false });
  const group = device.createBindGroup({
    layout,
    entries: [
      { binding: 0, resource: { buffer: place, size: placeBytes } },
      { binding: 3, resource: { buffer: source } },
      { binding: 4, resource: { buffer: target } },
    ],
  });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, group, [0]);
  pass.dispatchWorkgroups(columns, Math.ceil(grid / columns));
  pass.end();
  device.queue.submit([encoder.finish()]);
  source.destroy();
  place.destroy();
}
