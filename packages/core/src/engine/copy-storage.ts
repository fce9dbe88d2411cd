import type { Backend, Program, Storage } from "../backend/backend.ts";
import { DeviceError } from "../errors.ts";
import type { Aval } from "../graph/value.ts";
import { closedGraph, placeholder } from "./extract.ts";

const programs = new WeakMap<Backend, Map<string, Program>>();

/** Another storage with the same elements. */
export function copyStorage(device: Backend, { dtype, shape }: Aval, storage: Storage): Storage {
  const size = shape.reduce((product, dim) => product * dim, 1);
  const key = `${dtype}[${size}]`;
  let known = programs.get(device);
  if (known === undefined) programs.set(device, (known = new Map()));
  let program = known.get(key);
  if (program === undefined) {
    const input = placeholder({ dtype, shape: [size] }, "x");
    program = device.bind(device.compile(closedGraph([input], [input], [])), []);
    known.set(key, program);
  }
  const [copy] = device.run(program, [storage], []);
  if (copy === undefined) throw new DeviceError(`[copy] ${device.description} gave nothing for ${key}`);
  return copy;
}
