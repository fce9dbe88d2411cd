/**
 * Random programs of tensors and variables, written once and run in every mode: lazily, with reads strewn in, one node at a time,
 * and compiled.
 */
import {
  bind,
  build,
  checkpoint,
  compile,
  GradientTape,
  ops,
  random,
  SeedGenerator,
  Tensor,
  tensor,
  traceGraph,
  type Value,
  Variable,
  withExecutionMode,
} from "@neurite/core";
import { Choices } from "../samples/choices.ts";

type Op = (x: Tensor, y: Tensor, choose: Choices) => Tensor;
const axisOf = (x: Tensor, choose: Choices): number => choose.below(x.ndim);
const constants = [0, 1, -1, 2, 0.5, 0.3, -1.7, 3];

/** Of one float32 tensor with 1 to 3 axes, or two that broadcast. */
const table: Record<string, Op> = {
  neg: (x) => x.neg(),
  abs: (x) => x.abs(),
  sign: (x) => x.sign(),
  exp: (x) => x.tanh().exp(),
  log: (x) => x.abs().add(1).log(),
  sin: (x) => x.sin(),
  cos: (x) => x.cos(),
  tanh: (x) => x.tanh(),
  sqrt: (x) => x.abs().add(0.25).sqrt(),
  square: (x) => x.tanh().square(),
  power: (x, _y, choose) =>
    x
      .tanh()
      .abs()
      .add(0.1)
      .pow(choose.of([2, 3, 1.5, -0.5])),
  sigmoid: (x) => x.sigmoid(),
  relu: (x) => x.relu(),
  add: (x, y) => x.add(y),
  subtract: (x, y) => x.sub(y),
  multiply: (x, y) => x.mul(y).tanh(),
  divide: (x, y) => x.div(y.abs().add(1)),
  maximum: (x, y) => x.maximum(y),
  minimum: (x, y) => x.minimum(y),
  where: (x, y) => ops.where(x.less(y), x, y.mul(2)),
  constant: (x, _y, choose) => x.mul(choose.of(constants)).add(choose.of(constants)).tanh(),
  matmul: (x) => ops.matmul(x.ndim === 1 ? x.expandDims(0) : x, ops.swapaxes(x.ndim === 1 ? x.expandDims(0) : x, -1, -2)).tanh(),
  transpose: (x) => x.transpose(),
  reshape: (x) => x.reshape([x.size, 1]),
  flatten: (x) => x.flatten(),
  sum: (x, _y, choose) => x.sum({ axis: axisOf(x, choose), keepdims: true }).tanh(),
  mean: (x, _y, choose) => x.mean({ axis: axisOf(x, choose), keepdims: true }),
  max: (x, _y, choose) => x.max({ axis: axisOf(x, choose), keepdims: true }),
  softmax: (x) => x.softmax(),
  logsumexp: (x) => x.logsumexp({ keepdims: true }),
  concat: (x, _y, choose) => ops.concatenate([x, x.neg()], { axis: axisOf(x, choose) }),
  take: (x, _y, choose) => x.take([0, -1], { axis: axisOf(x, choose) }),
  argmax: (x, _y, choose) => x.argmax({ axis: axisOf(x, choose), keepdims: true }).cast("float32"),
  integers: (x) => x.mul(8).cast("int32").mul(3).cast("float32").tanh(),
  clip: (x) => x.clip(-0.5, 0.5),
  checkpoint: (x) => checkpoint((z: Tensor) => z.mul(z.sigmoid()))(x),
  cond: (x, y) => branch(x.sum().less(y.sum()), x),
  scan: (x, _y, choose) => loop(x, choose.below(3)),
};

function branch(predicate: Tensor, x: Tensor): Tensor {
  const then = traceGraph([x.value], ([v]) => [build.mul(v as Value, 0.3)]).graph;
  const otherwise = traceGraph([x.value], ([v]) => [build.tanh(v as Value)]).graph;
  return new Tensor(bind("cond", [predicate.value, x.value], { then, otherwise })[0] as Value);
}

function loop(x: Tensor, length: number): Tensor {
  const step = traceGraph([x.value], ([v]) => [build.tanh(build.add(v as Value, x.value))]);
  return new Tensor(bind("scan", [x.value, ...step.captures], { body: step.graph, carry: 1, xs: 0, length, reverse: false })[0] as Value);
}

function fits(a: Tensor, b: Tensor): boolean {
  const rank = Math.max(a.ndim, b.ndim);
  if (rank > 3) return false;
  return Array.from({ length: rank }, (_, i) => [a.shape[a.ndim - 1 - i] ?? 1, b.shape[b.ndim - 1 - i] ?? 1] as const).every(
    ([m, n]) => m === n || m === 1 || n === 1,
  );
}

/** What a program works on; `look` is called where a program may read. */
interface Setting {
  readonly variables: readonly Variable[];
  readonly generator: SeedGenerator;
  readonly look: (x: Tensor) => void;
}

const shapes = [[3], [2, 3], [2, 1], [1, 3], [2, 2, 3]];

/** A program that a seed decides: the same nodes in the same order, whatever the mode. */
function program(seed: number, { variables, generator, look }: Setting, inputs: readonly Tensor[]): Tensor[] {
  const choose = new Choices(seed);
  const pool: Tensor[] = [...inputs];
  const names = Object.keys(table);
  const pick = (): Tensor => choose.of(pool.slice(-8));
  const grow = (): Tensor => {
    const x = pick();
    const partners = [...pool, ...inputs].filter((y) => fits(x, y));
    const y = partners.length > 0 ? choose.of(partners) : x;
    const made = (table[choose.of(names)] as Op)(x, y, choose);
    // Tensors that would grow without end are cut.
    return made.size > 60 || made.ndim > 3 ? made.sum().reshape([1]).tanh() : made;
  };
  for (let i = 0; i < 14; i++) {
    const kind = choose.below(10);
    const variable = choose.of(variables);
    if (kind === 0) {
      pool.push(variable.read());
    } else if (kind === 3) {
      pool.push(random.uniform(variable.shape, { seed: generator }));
    } else if (kind === 1) {
      const x = pick().mean();
      if (choose.below(2) === 0) variable.assign(variable.mul(0.5).add(x));
      else variable.assignSub(ops.broadcastTo(x, variable.shape));
    } else if (kind === 2) {
      const tape = new GradientTape();
      const source = pick();
      tape.watch(source);
      const target = tape.run(() => {
        const used = variable.mul(source.mean()).tanh();
        const start = pool.length;
        pool.push(used, source.mul(1.5));
        for (let k = 0; k < 4; k++) pool.push(grow());
        return pool.slice(start).reduce((total, x) => total.add(x.sum()), tensor(0));
      });
      const gradients = tape.gradient(target, [variable, source], { unconnectedGradients: "zero" }) as Tensor[];
      pool.push(...gradients.map((gradient) => gradient.tanh()), target.tanh().reshape([1]));
      variable.assignSub((gradients[0] as Tensor).tanh().mul(0.1));
    } else {
      pool.push(grow());
    }
    if (choose.below(3) === 0) look(pool.at(-1) as Tensor);
  }
  return pool.slice(-5);
}

const data = (seed: number, shape: readonly number[]): Tensor => {
  const choose = new Choices(seed);
  const size = shape.reduce((product, dim) => product * dim, 1);
  return tensor(Array.from({ length: size }, () => Math.fround(4 * choose.next() - 2)), { shape }); // prettier-ignore
};
const inputsOf = (seed: number): Tensor[] => shapes.map((shape, i) => data(seed * 100 + i, shape));
const variablesOf = (seed: number): Variable[] => [[2, 3], [3], [1]].map((shape, i) => new Variable(data(seed * 100 + 50 + i, shape)));

/** Runs a function of tensors in some way, with what happens where a program may read. */
type Run = (f: (...inputs: Tensor[]) => Tensor[]) => (...inputs: Tensor[]) => Tensor[];

export const modes = ["lazy", "with reads", "immediate", "compiled"] as const;
export type Mode = (typeof modes)[number];

const runs: Readonly<Record<Mode, Run>> = {
  lazy: (f) => f,
  "with reads": (f) => f,
  immediate: (f) => (...inputs) => withExecutionMode("immediate", () => f(...inputs)), // prettier-ignore
  compiled: (f) => compile(f, { onRetrace: () => {} }),
};

/** Results of two calls (the second sees what the first assigned) and the variables afterwards, on the default device. */
export async function runTensorProgram(seed: number, mode: Mode): Promise<number[]> {
  const variables = variablesOf(seed);
  const generator = new SeedGenerator(seed);
  const reads: Promise<unknown>[] = [];
  const look = (x: Tensor): void => void (mode === "with reads" && reads.push(x.data()));
  const f = runs[mode]((...inputs) => program(seed, { variables, generator, look }, inputs));
  const first = f(...inputsOf(seed));
  const second = f(...inputsOf(seed + 1));
  await Promise.all(reads);
  const results = [...second.toReversed(), ...first, ...variables, generator.state];
  return (await Promise.all(results.map(async (x) => Array.from((await x.data()) as ArrayLike<number>)))).flat();
}
