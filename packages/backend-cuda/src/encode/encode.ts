/** Launches as one Float64Array, which the native side decodes, checks and keeps. Layout: `native/runtime/format.h`. */
import { cudaSource, type MatrixOperand, type Memory, type Place, type Plan, storageBytes, type View } from "@neurite/compiler";
import { bytesPerElement, dtypes } from "@neurite/core";
import type { ControlLaunch, KernelLaunch, Launch, ProductLaunch } from "./launches.ts";

const endMark = 1163149345;
const locations: Readonly<Record<Memory["kind"], number>> = { input: 0, state: 1, output: 2, arena: 3 };

const kinds: Readonly<Record<Launch["kind"], number>> = { kernel: 0, product: 1, jump: 2, count: 3 };

export interface Encoded {
  readonly words: Float64Array;
  /** Names of kernels and labels, by number. */
  readonly strings: readonly string[];
  /** CUDA source of the kernels; null where there are none. */
  readonly source: string | null;
}

/** Strings by number. */
class Strings {
  readonly all: string[] = [];
  readonly #numbers = new Map<string, number>();

  numberOf(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.all.length);
    return this.all.push(text) - 1;
  }
}

/** Encodes `launches` of `plan`, whose kernels are all in module 0. */
export function encodeLaunches(plan: Plan, launches: readonly Launch[]): Encoded {
  const kernels = launches.filter((launch): launch is KernelLaunch => launch.kind === "kernel");
  const { source, names } = cudaSource(kernels.map(({ rendered }) => rendered));
  const nameOf = new Map(kernels.map((kernel, i) => [kernel, names[i] as string]));
  const words: number[] = [];
  const strings = new Strings();
  for (const sizes of [storageBytes(plan, "input"), storageBytes(plan, "state"), plan.outputBytes]) words.push(sizes.length, ...sizes);
  words.push(plan.scalars, plan.arenaBytes, plan.sites.length > 0 ? 1 : 0, launches.length);
  for (const launch of launches) {
    const label = "step" in launch ? launch.step.label || launch.step.kernel.kind : launch.kind;
    words.push(kinds[launch.kind], strings.numberOf(label), launch.dependencies.length, ...launch.dependencies);
    if (launch.kind === "product") encodeProduct(words, launch, plan);
    else if (launch.kind === "kernel") encodeKernel(words, launch, plan, strings.numberOf(nameOf.get(launch) as string));
    else encodeControl(words, launch);
  }
  words.push(endMark);
  return { words: Float64Array.from(words), strings: strings.all, source: kernels.length === 0 ? null : source };
}

function encodeKernel(words: number[], { rendered, step }: KernelLaunch, plan: Plan, name: number): void {
  const { workgroups, workgroupSize, buffers, scalars, status } = rendered;
  words.push(0, name, workgroups, 1, 1, workgroupSize, 1, 1, 0, buffers.length + scalars.length + (status ? 1 : 0));
  for (const { buffer } of buffers) words.push(0, ...placeWords({ buffer, offset: 0 }, step.places, plan));
  for (const { index, dtype } of scalars) words.push(1, index, dtypes.indexOf(dtype));
  if (status) words.push(2);
}

function encodeProduct(words: number[], { product, step }: ProductLaunch, plan: Plan): void {
  const { dot, batch, left, right, result } = product;
  const operands: readonly MatrixOperand[] = [left, right, result];
  const places = operands.map(({ view }) => placeWords(view, step.places, plan));
  const dtype = dtypes.indexOf(dot.dtype);
  words.push(dot.m, dot.n, dot.k, batch, dtype, dtype, left.transposed ? 1 : 0, right.transposed ? 1 : 0);
  words.push(...operands.map(({ leading }) => leading), ...operands.map(({ batchStride }) => batchStride), ...places.flat());
  words.push(...places.map(([, , offset]) => alignmentOf(offset)), 0, ...(places[2] as Words));
}

function encodeControl(words: number[], launch: ControlLaunch): void {
  if (launch.kind === "count") {
    const { counter, most, to } = launch.count;
    words.push(counter, most === null ? 1 : 0, most ?? 0, to);
    return;
  }
  const { jump, to } = launch.jump;
  // Predicates are bools, a byte each.
  const place: Words =
    jump === "always" ? [locations.arena, 0, 0] : [locations[jump.unless.memory.kind], jump.unless.memory.index, jump.unless.offset];
  words.push(jump === "always" ? 0 : 1, ...place, to);
}

type Words = readonly [kind: number, index: number, byteOffset: number];

function placeWords({ buffer, offset }: Pick<View, "buffer" | "offset">, places: ReadonlyMap<number, Place>, plan: Plan): Words {
  const { memory, offset: start } = places.get(buffer) as Place;
  const { dtype } = plan.buffers[buffer] as Plan["buffers"][number];
  return [locations[memory.kind], memory.index, (start + offset) * bytesPerElement(dtype)];
}

/** Bytes that an address is a multiple of: storages begin at multiples of 256. */
function alignmentOf(byteOffset: number): number {
  let alignment = 256;
  while (byteOffset % alignment !== 0) alignment /= 2;
  return alignment;
}
