/**
 * What core itself costs, without a device: microseconds a node of eager building and flushing, a compiled call, a trace.
 * Runs on a backend that does nothing, so that every number is host time. `node src/host-overhead.ts` prints a table.
 */
import {
  type AnyTensor, type Backend, build, compile, dtypes, type Executable, GradientTape, ops, type Program, setDefaultDevice, type Storage, Tensor,
  tensor, Variable,
} from "@neurite/core"; // prettier-ignore

/** A device that accepts everything and computes nothing. */
function nullDevice(): Backend {
  const storages = new Map<Executable, Storage[]>();
  return {
    name: "null",
    description: "null",
    capabilities: { dtypes: new Set(dtypes), unsupported: new Map(), composites: new Set(), synchronousReads: true },
    alloc: (bytes) => ({ bytes }),
    free: () => {},
    write: () => {},
    read: async (_storage, _offset, bytes) => new ArrayBuffer(bytes),
    readSync: (_storage, _offset, bytes) => new ArrayBuffer(bytes),
    compile: (graph) => {
      const executable: Executable = { graph, describe: () => "" };
      storages.set(executable, graph.outputs.map(() => ({ bytes: 4 }))); // prettier-ignore
      return executable;
    },
    bind: (executable): Program => ({ executable }),
    run: (program) => storages.get(program.executable) as Storage[],
    release: () => {},
    sync: async () => {},
    memory: () => ({ bytes: 0, storages: 0, peakBytes: 0, allocations: 0, runs: 0 }),
    dispose: () => {},
  };
}

/** Best of several medians: the machine may be shared. Milliseconds a call. */
function time(body: () => void, calls: number, rounds = 15): number {
  for (let i = 0; i < Math.max(calls, 20); i++) body();
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    for (let i = 0; i < calls; i++) body();
    times.push((performance.now() - start) / calls);
  }
  times.sort((a, b) => a - b);
  return times[rounds >> 2] as number;
}

function print(name: string, value: number, unit: string): void {
  console.log(`${name.padEnd(64)} ${value.toFixed(value < 10 ? 3 : 1).padStart(10)} ${unit}`);
}

/** A chain of elementwise primitives: the least work a node can be. */
function chain(x: Tensor, y: Tensor, nodes: number): Tensor {
  let value = x.value;
  for (let i = 0; i < nodes / 4; i++) value = build.tanh(build.add(build.mul(value, y.value), build.neg(value)));
  return new Tensor(value);
}

/** Primitives with parameters: reductions, reshapes, transposes, constants. */
function mixed(x: Tensor, nodes: number): Tensor {
  let value = x.value;
  for (let i = 0; i < nodes / 7; i++) {
    const mean = build.mul(build.sum(value, [1]), 0.3 + i);
    value = build.add(build.transpose(build.transpose(value, [1, 0]), [1, 0]), build.reshape(mean, [8, 1]));
  }
  return new Tensor(value);
}

/** `layers` dense layers of 8 units, with Adam's state. */
class Network {
  readonly weights: readonly Variable[];
  readonly moments: readonly (readonly [Variable, Variable])[];
  readonly steps: Variable = new Variable(0, { trainable: false });

  constructor(layers: number) {
    const zeros = (shape: number[]): Tensor => tensor(new Float32Array(shape.reduce((a, b) => a * b, 1)), { shape });
    this.weights = Array.from({ length: layers }, () => [new Variable(zeros([8, 8])), new Variable(zeros([8]))]).flat();
    this.moments = this.weights.map(({ shape }) => [
      new Variable(zeros([...shape]), { trainable: false }),
      new Variable(zeros([...shape]), { trainable: false }),
    ]);
  }

  call(x: AnyTensor): Tensor {
    let h = x as Tensor;
    for (let i = 0; i < this.weights.length; i += 2) {
      h = ops.relu(ops.add(ops.matmul(h, this.weights[i] as Variable), this.weights[i + 1] as Variable));
    }
    return h;
  }

  /** One step of Adam as an optimizer written with public ops does it. */
  step(x: AnyTensor, y: AnyTensor): Tensor {
    const tape = new GradientTape();
    const loss = tape.run(() => ops.mean(ops.square(ops.subtract(this.call(x), y))));
    const gradients = tape.gradient(loss, this.weights) as readonly Tensor[];
    this.steps.assignAdd(1);
    const power1 = ops.power(0.9, this.steps);
    const power2 = ops.power(0.999, this.steps);
    const rate = ops.divide(ops.multiply(0.001, ops.sqrt(ops.subtract(1, power2))), ops.subtract(1, power1));
    this.weights.forEach((weight, i) => {
      const gradient = gradients[i] as Tensor;
      const [m, v] = this.moments[i] as readonly [Variable, Variable];
      m.assignAdd(ops.multiply(ops.subtract(gradient, m), 0.1));
      v.assignAdd(ops.multiply(ops.subtract(ops.square(gradient), v), 0.001));
      weight.assignSub(ops.divide(ops.multiply(m, rate), ops.add(ops.sqrt(v), 1e-7)));
    });
    return loss;
  }
}

setDefaultDevice(nullDevice());
const x = tensor(new Float32Array(64), { shape: [8, 8] });
const y = tensor(new Float32Array(64), { shape: [8, 8] });

for (const nodes of [24, 1200, 12_000]) {
  const rounds = Math.max(3, Math.round(24_000 / nodes));
  print(`eager elementwise, ${nodes} nodes: built`, (time(() => void chain(x, y, nodes), rounds) * 1e3) / nodes, "µs a node");
  print(
    `eager elementwise, ${nodes} nodes: built and flushed`,
    (time(() => void chain(x, y, nodes).realize(), rounds) * 1e3) / nodes,
    "µs a node",
  );
  print(`eager with parameters, ${nodes} nodes: built`, (time(() => void mixed(x, nodes), rounds) * 1e3) / nodes, "µs a node");
  print(
    `eager with parameters, ${nodes} nodes: built and flushed`,
    (time(() => void mixed(x, nodes).realize(), rounds) * 1e3) / nodes,
    "µs a node",
  );
}

const f = compile((a: Tensor) => ops.tanh(a));
print("compile(f)(x)", time(() => void f(x), 20_000) * 1e3, "µs a call");
const g = compile((args: { a: Tensor; b: Tensor[] }, scale: number) => ({
  sum: ops.add(args.a, args.b[0] as Tensor),
  scaled: ops.multiply(args.a, scale),
}));
print("compile(f)({ a, b: [b] }, 0.5)", time(() => void g({ a: x, b: [y] }, 0.5), 20_000) * 1e3, "µs a call");
const count = new Variable(0);
const prepared = compile((a: Tensor) => void count.assignAdd(ops.sum(a))).prepare(x);
print("prepared .run(), no results", time(() => prepared.run(), 50_000) * 1e3, "µs a call");
const preparedResult = f.prepare(x);
print("prepared .run(), one result", time(() => void preparedResult.run(), 50_000) * 1e3, "µs a call");

for (const layers of [3, 200]) {
  const network = new Network(layers);
  const eager = time(
    () => {
      network.step(x, y);
      (network.weights[0] as Variable).realize();
    },
    layers === 3 ? 50 : 2,
    9,
  );
  print(`eager Adam step, ${layers} layers, structure cached`, eager, "ms");
  const traced = time(() => void compile((a: Tensor, b: Tensor) => network.step(a, b)).prepare(x, y), layers === 3 ? 50 : 2, 9);
  print(`trace and copy of the same step`, traced, "ms");
}
