/** Where random numbers come from: keys of two 32-bit words, and generators that hand out one key a draw. */
import { optionsOf } from "../options.ts";
import type { Backend } from "../backend/backend.ts";
import { context, withContext } from "../engine/context.ts";
import { placeholder } from "../engine/extract.ts";
import { getDefaultDevice, withDevice } from "../engine/device.ts";
import { DeviceError, DTypeError, ValueError } from "../errors.ts";
import type { Value } from "../graph/value.ts";
import { add, constant, eq, iota, mul, reshape, select } from "../primitives/build.ts";
import { formatAval } from "../shapes/format.ts";
import { type AnyTensor, isTensorBase } from "../tensor/base.ts";
import { Tensor } from "../tensor/tensor.ts";
import { isVariable, Variable } from "../tensor/variable.ts";
import { describe } from "../ops/support/input.ts";

/** What random functions take as `seed`: a whole number (the same numbers every call), a generator (new numbers every call), or a key. */
export type Seed = number | SeedGenerator | AnyTensor | null;

const brand: unique symbol = Symbol.for("neurite.seedGenerator");

/**
 * A source of keys: its state, uint32[2], is the seed and the number of draws so far, and each draw's key is the state it finds. These are
 * Keras's generator and numbers (on its JAX backend). The state is a variable, so compiled programs carry it and checkpoints keep it.
 *
 * @throws ValueError for a seed that is no whole number from 0 to 2^32 - 1.
 *
 * @example
 * const generator = new SeedGenerator(42);
 * random.normal([3], { seed: generator }); // other numbers at each call, the same in each run of the program
 */
export class SeedGenerator {
  static {
    Object.defineProperty(this.prototype, brand, { value: true });
  }

  readonly name: string;
  /** The seed it started from. */
  readonly seed: number;
  /** uint32[2]: seed, draws so far. */
  readonly state: Variable<"uint32">;

  /** @param seed A whole number from 0 to 2^32 - 1; by default one is drawn (reproducibly after `setSeed`). */
  constructor(seed?: number | null, options: { readonly name?: string } = {}) {
    this.seed = checkSeed("SeedGenerator", seed ?? drawSeed());
    this.name = optionsOf("SeedGenerator", options).name ?? "seed_generator";
    // Layers may make their generator while shapes are inferred: the state is no part of that.
    this.state = withContext(
      { trace: null, recorders: [] },
      () =>
        new Variable(new Uint32Array([this.seed, 0]), { name: "seed_generator_state", dtype: "uint32", trainable: false, deferred: true }),
    );
  }

  /** The key of this draw, uint32[2]; the state moves on, whether or not the numbers are used. */
  next(): Tensor<"uint32"> {
    return new Tensor<"uint32">(this.nextValue());
  }

  /** {@link next} as a value of the graph. */
  nextValue(): Value {
    if (context.draws !== null) return reshape(this.drawKeys(1), [2]);
    const key = this.state.value;
    this.state.assign(new Tensor(add(key, iota([2], 0, "uint32"))));
    return key;
  }

  /** The keys of the next `count` draws, uint32 [count, 2]. For authors of ops that run a body many times. */
  drawKeys(count: number): Value {
    if (context.draws !== null) {
      const keys = placeholder({ dtype: "uint32", shape: [count, 2] }, "keys");
      context.draws.push({ source: this, count, keys });
      return keys;
    }
    const state = this.state.value;
    const step = iota([2], 0, "uint32");
    this.state.assign(new Tensor(add(state, mul(step, count))));
    return add(state, mul(iota([count, 2], 0, "uint32"), step));
  }

  /** Starts again: the next draws are those of a new generator with this seed (default: its own). */
  reset(seed: number = this.seed): void {
    const device = this.state.device;
    const start = new Uint32Array([checkSeed("SeedGenerator", seed), 0]);
    const assign = (): void => void this.state.assign(start);
    if (device === null) assign();
    else withDevice(device, assign);
  }

  getConfig(): { readonly seed: number; readonly name: string } {
    return { seed: this.seed, name: this.name };
  }
}

/**
 * True for seed generators, also those of another copy of neurite; their state has the shape [2].
 *
 * @example
 * random.isSeedGenerator(new SeedGenerator(42)); // true
 * random.isSeedGenerator(42); // false
 */
export function isSeedGenerator(x: unknown): x is SeedGenerator {
  return typeof x === "object" && x !== null && brand in x;
}

function checkSeed(op: string, seed: unknown): number {
  if (typeof seed !== "number" || !Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    throw new ValueError(`[${op}] seed must be a whole number from 0 to 2^32 - 1: received ${describe(seed)}`);
  }
  return seed;
}

/** Seeds of generators that were given none: a sequence of its own, which `setSeed` starts anew. */
let hostState: number | null = null;

/** A seed from 1 to 10^9. */
function drawSeed(): number {
  hostState ??= Math.floor(Math.random() * 2 ** 32);
  hostState = (hostState + 0x9e3779b9) >>> 0;
  // splitmix32's finalizer
  let bits = hostState;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  bits = (bits ^ (bits >>> 16)) >>> 0;
  return 1 + (bits % 1_000_000_000);
}

let defaultSeed: number | null = null;
/** One a device, since the state lives on it; a device that nobody uses any more is not kept for it. */
const defaultGenerators = new WeakMap<Backend, SeedGenerator>();
let drawnOn: WeakRef<Backend>[] = [];

/** The generator of draws without a seed, on the default device. Made at its first use. */
function defaultGenerator(): SeedGenerator {
  const device = getDefaultDevice();
  let generator = defaultGenerators.get(device);
  if (generator === undefined) {
    defaultSeed ??= drawSeed();
    generator = new SeedGenerator(defaultSeed, { name: "default_seed_generator" });
    defaultGenerators.set(device, generator);
    drawnOn = [...drawnOn.filter((each) => each.deref() !== undefined), new WeakRef(device)];
  }
  return generator;
}

function generatorOf(reference: WeakRef<Backend>): { readonly device: Backend; readonly generator: SeedGenerator }[] {
  const device = reference.deref();
  const generator = device === undefined ? undefined : defaultGenerators.get(device);
  return device === undefined || generator === undefined ? [] : [{ device, generator }];
}

/**
 * Makes all that follows reproducible: draws (of any shape) without a seed, and the seeds of generators (in layers and initializers) that
 * are given none.
 *
 * @param seed A whole number from 0 to 2^32 - 1.
 *
 * @throws ValueError for a seed that is no whole number from 0 to 2^32 - 1.
 *
 * @example
 * setSeed(42);
 * const first = random.normal([2]);
 * setSeed(42);
 * ops.all(ops.equal(first, random.normal([2]))); // true
 */
export function setSeed(seed: number): void {
  defaultSeed = checkSeed("setSeed", seed);
  hostState = seed;
  withContext({ trace: null }, () => {
    for (const { device, generator } of drawnOn.flatMap(generatorOf)) {
      try {
        generator.reset(seed);
      } catch (error) {
        // A device that was disposed of, or lost, draws no more.
        if (!(error instanceof DeviceError)) throw error;
        defaultGenerators.delete(device);
        drawnOn = drawnOn.filter((each) => each.deref() !== device);
      }
    }
  });
}

/** The key of one draw, uint32[2]. */
export function drawKey(op: string, seed: Seed | undefined): Value {
  if (seed === undefined || seed === null) return defaultGenerator().nextValue();
  if (isSeedGenerator(seed)) return seed.nextValue();
  if (typeof seed === "number") return numberKey(checkSeed(op, seed));
  if (isTensorBase(seed) && !isVariable(seed)) {
    const { value } = seed;
    if (value.dtype !== "uint32" || value.shape.length !== 1 || value.shape[0] !== 2) {
      throw new DTypeError(`[${op}] a key must be uint32[2]: received ${formatAval(value)}`);
    }
    return value;
  }
  throw new ValueError(`[${op}] seed must be a whole number, a SeedGenerator, or a key: received ${describe(seed)}`);
}

/** The key [seed, 0], as Keras makes it: that of the first draw of a generator with this seed. */
function numberKey(seed: number): Value {
  const isFirst = eq(iota([2], 0, "uint32"), 0);
  return select(isFirst, constant(seed, "uint32"), constant(0, "uint32"));
}
