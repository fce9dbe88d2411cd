/** Random small programs over most primitives, for tests of the kind "fused = unfused = node by node". */
import { type Aval, type Graph, type Value, bindOne, build as b } from "@neurite/core";
import { programGraph, randomNumbers } from "./graphs.ts";

const inputAvals: readonly Aval[] = [
  { dtype: "float32", shape: [4, 6] },
  { dtype: "float32", shape: [6] },
  { dtype: "float32", shape: [4, 1] },
  { dtype: "float32", shape: [2, 3, 4] },
  { dtype: "float32", shape: [] },
  { dtype: "int32", shape: [5] },
  { dtype: "uint32", shape: [3, 2] },
];

const stateAvals: readonly Aval[] = [
  { dtype: "float32", shape: [4, 6] },
  { dtype: "float32", shape: [6, 5] },
  { dtype: "float32", shape: [6] },
  { dtype: "float32", shape: [4, 6] },
];

export interface RandomProgram {
  readonly graph: Graph;
  readonly inputs: readonly Aval[];
  readonly states: readonly Aval[];
}

/** A program of about `length` random operations. */
export function randomProgram(seed: number, length: number): RandomProgram {
  const random = randomNumbers(seed);
  const graph = programGraph({
    inputs: inputAvals,
    states: stateAvals,
    scalars: [{ dtype: "float32", shape: [] }],
    build(inputs, states, scalars) {
      const maker = new Maker(random, inputs, [...inputs.slice(0, 5), ...states, ...scalars]);
      for (let i = 0; i < length; i++) maker.step();
      const updates: Record<number, Value> = {};
      states.forEach((state, index) => {
        if (random() < 0.25) return;
        updates[index] = maker.reshapedTo(maker.pick(), state.shape);
      });
      const outputs = Array.from({ length: 3 }, () => maker.pick());
      return { outputs, updates };
    },
  });
  return { graph, inputs: inputAvals, states: stateAvals };
}

class Maker {
  readonly #random: () => number;
  readonly #pool: Value[];
  readonly #indices: Value;
  readonly #keys: Value;

  constructor(random: () => number, inputs: readonly Value[], pool: Value[]) {
    this.#random = random;
    this.#pool = pool;
    this.#indices = inputs[5] as Value;
    this.#keys = inputs[6] as Value;
  }

  #below(n: number): number {
    return Math.floor(this.#random() * n);
  }

  /** A value made so far, recent ones more often. */
  pick(): Value {
    const size = this.#pool.length;
    return this.#pool[size - 1 - Math.min(this.#below(size), this.#below(size))] as Value;
  }

  #pickRank(rank: number): Value {
    const candidates = this.#pool.filter((value) => value.shape.length >= rank && value.shape.every((dim) => dim > 0));
    return candidates[this.#below(candidates.length)] as Value;
  }

  #add(value: Value): void {
    const size = value.shape.reduce((product, dim) => product * dim, 1);
    if (size <= 200 && value.shape.length <= 4) this.#pool.push(value);
  }

  /** Any value made to fit a shape, element by element. */
  reshapedTo(value: Value, shape: readonly number[]): Value {
    const size = shape.reduce((product, dim) => product * dim, 1);
    const own = value.shape.reduce((product, dim) => product * dim, 1);
    if (own === 0) return b.full(shape, 0.5, "float32");
    if (own === size) return b.reshape(value, shape);
    const copies = Math.ceil(size / own);
    const repeated = b.reshape(b.broadcast(b.reshape(value, [1, own]), [copies, own]), [copies * own]);
    return b.reshape(b.slice(repeated, [0], [size]), shape);
  }

  step(): void {
    const kinds = [
      this.#unary,
      this.#unary,
      this.#binary,
      this.#binary,
      this.#binary,
      this.#select,
      this.#view,
      this.#view,
      this.#view,
      this.#reduce,
      this.#reduce,
      this.#softmax,
      this.#dot,
      this.#assemble,
      this.#indexing,
      this.#window,
      this.#conv,
      this.#source,
      this.#integers,
      this.#truths,
      this.#permutedProduct,
    ];
    (kinds[this.#below(kinds.length)] as () => void).call(this);
  }

  #unary(): void {
    const x = this.pick();
    const ops = [
      b.tanh,
      b.neg,
      b.abs,
      b.sin,
      (v: Value) => b.exp(b.minimum(v, 1)),
      (v: Value) => b.sqrt(b.abs(v)),
      (v: Value) => b.pow(v, 2),
    ];
    this.#add((ops[this.#below(ops.length)] as (v: Value) => Value)(x));
  }

  /** The other operand: of the same shape, or one that broadcasts. */
  #companion(x: Value): Value {
    const fitting = this.#pool.filter((y) => {
      const lead = x.shape.length - y.shape.length;
      return lead >= 0 && y.shape.every((dim, axis) => dim === 1 || dim === x.shape[axis + lead]);
    });
    return fitting[this.#below(fitting.length)] as Value;
  }

  #binary(): void {
    const x = this.pick();
    const y = this.#companion(x);
    const constants = [0, 1, -1, 2, 0.5];
    const operand = this.#random() < 0.25 ? (constants[this.#below(5)] as number) : y;
    const ops = [b.add, b.sub, b.mul, b.maximum, b.minimum];
    const result = (ops[this.#below(ops.length)] as typeof b.add)(x, operand);
    this.#add(this.#random() < 0.5 ? b.tanh(result) : result);
  }

  #select(): void {
    const x = this.pick();
    const y = this.#companion(x);
    const condition = this.#random() < 0.5 ? b.lt(x, y) : b.not(b.le(x, 0));
    this.#add(this.#random() < 0.5 ? b.select(condition, x, y) : b.mul(b.cast(condition, "float32"), x));
  }

  #view(): void {
    const x = this.#pickRank(1);
    const rank = x.shape.length;
    switch (this.#below(6)) {
      case 0: {
        const permutation = x.shape.map((_, axis) => axis).sort(() => this.#random() - 0.5);
        return this.#add(b.transpose(x, permutation));
      }
      case 1: {
        const size = x.shape.reduce((product, dim) => product * dim, 1);
        const divisor = [1, 2, 3, 4, 6].filter((d) => size % d === 0)[this.#below(3)] ?? 1;
        return this.#add(b.reshape(x, this.#random() < 0.3 ? [1, size] : [divisor, size / divisor]));
      }
      case 2:
        return this.#add(b.broadcast(x, [2, ...x.shape]));
      case 3: {
        const start = x.shape.map((dim) => this.#below(Math.min(dim, 2)));
        const limit = x.shape.map((dim, axis) => dim - this.#below(dim - (start[axis] as number)));
        return this.#add(
          b.slice(
            x,
            start,
            limit,
            x.shape.map(() => 1 + this.#below(2)),
          ),
        );
      }
      case 4:
        return this.#add(b.flip(x, [this.#below(rank)]));
      default:
        return this.#add(b.reshape(x, [...x.shape, 1]));
    }
  }

  #axes(x: Value): number[] {
    const axes = x.shape.map((_, axis) => axis).filter(() => this.#random() < 0.5);
    return axes.length === 0 ? [x.shape.length - 1] : axes;
  }

  #reduce(): void {
    const x = this.#pickRank(1);
    const op = (["sum", "max", "min", "sum"] as const)[this.#below(4)] as "sum" | "max" | "min";
    const axes = this.#axes(x);
    const result = this.#random() < 0.5 ? b.reduce(op, x, axes) : b.reduceKeep(op, x, axes);
    this.#add(op === "sum" ? b.mul(result, 0.25) : result);
    if (this.#random() < 0.3) this.#add(b.cast(b.argreduce("max", x, axes[0] as number), "float32"));
  }

  #softmax(): void {
    const x = this.#pickRank(1);
    const axis = [x.shape.length - 1];
    const e = b.exp(b.sub(x, b.reduceKeep("max", x, axis)));
    const total = b.reduceKeep("sum", e, axis);
    this.#add(b.div(e, total));
    if (this.#random() < 0.5) this.#add(b.log(total));
  }

  #dot(): void {
    const x = this.#pickRank(2);
    const rank = x.shape.length;
    const k = x.shape[rank - 1] as number;
    const y = this.#random() < 0.3 ? b.matrixTranspose(x) : this.reshapedTo(this.pick(), [...x.shape.slice(0, -2), k, 3]);
    const z = b.dot(x, y);
    this.#add(z);
    if (this.#random() < 0.7) this.#add(b.tanh(b.add(z, this.#companion(z))));
    if (this.#random() < 0.3) this.#add(b.tanh(b.matrixTranspose(z)));
  }

  #assemble(): void {
    const x = this.#pickRank(1);
    const axis = this.#below(x.shape.length);
    if (this.#random() < 0.5) {
      this.#add(b.concat([x, this.#random() < 0.5 ? b.tanh(x) : b.flip(x, [axis]), x].slice(0, 2 + this.#below(2)), axis));
      return;
    }
    const amounts = (): number[] => x.shape.map((dim) => (dim > 2 ? this.#below(4) - 1 : this.#below(2)));
    this.#add(
      b.pad(
        x,
        amounts(),
        amounts(),
        x.shape.map(() => this.#below(2)),
        this.#random() < 0.5 ? 0 : 0.75,
      ),
    );
  }

  #indexing(): void {
    const x = this.#pickRank(1);
    const axis = this.#below(x.shape.length);
    const indices = b.minimum(this.#indices, (x.shape[axis] as number) - 1);
    const rows = b.gather(x, indices, axis);
    this.#add(rows);
    if (this.#random() < 0.5) {
      const base = this.#random() < 0.5 ? b.zerosLike(x) : x;
      this.#add(b.scatter("add", base, indices, b.mul(rows, 0.5), axis));
    }
  }

  #window(): void {
    const x = this.#pickRank(2);
    const params = {
      window: x.shape.map((dim) => Math.min(2, dim)),
      strides: x.shape.map(() => 1 + this.#below(2)),
      padding: x.shape.map((): readonly [number, number] => [0, this.#below(2)]),
      dilation: x.shape.map(() => 1),
    };
    const y = b.reduceWindow("max", x, params);
    this.#add(y);
    if (this.#random() < 0.5) this.#add(b.windowScatter("max", x, b.tanh(y), params));
  }

  #conv(): void {
    // Finite: whether padding times infinity is NaN is not laid down.
    const finite = (value: Value): Value => b.maximum(b.minimum(value, 4), -4);
    const x = finite(this.reshapedTo(this.pick(), [1, 2, 6, 2]));
    const filter = finite(this.reshapedTo(this.pick(), [1, 3, 2, 4]));
    const result = b.conv(x, filter, {
      strides: [1 + this.#below(2)],
      padding: [[this.#below(3) - 1, 1]],
      lhsDilation: [1 + this.#below(2)],
      rhsDilation: [1],
    });
    this.#add(this.#random() < 0.5 ? b.maximum(result, 0) : b.transpose(result, [0, 3, 1, 2]));
  }

  #source(): void {
    const x = this.pick();
    if (this.#random() < 0.5 && x.shape.length > 0) {
      return this.#add(b.mul(b.cast(b.iota(x.shape, this.#below(x.shape.length)), "float32"), 0.125));
    }
    const key = b.reshape(
      b.slice(this.#keys, [this.#below(2), 0], [2, 2]).shape[0] === 1
        ? b.slice(this.#keys, [1, 0], [2, 2])
        : b.slice(this.#keys, [0, 0], [1, 2]),
      [2],
    );
    const bits = b.binary("shr", b.randomBits(key, x.shape), b.constant(12, "uint32"));
    this.#add(b.mul(b.cast(bits, "float32"), 2 ** -20));
  }

  /** Arithmetic of whole numbers, back to floats. */
  #integers(): void {
    const x = this.pick();
    const whole = b.cast(b.mul(b.maximum(b.minimum(x, 3), -3), 4), "int32");
    const ops = [b.add, b.mul, b.sub, b.maximum];
    const other = b.cast(b.iota(x.shape.length === 0 ? [1] : x.shape, 0), "int32");
    const result = (ops[this.#below(4)] as typeof b.add)(whole, this.#random() < 0.5 ? 3 : other);
    this.#add(b.mul(b.cast(b.binary("and", result, b.constant(15, "int32")), "float32"), 0.125));
  }

  /** Reductions of truth values, and a value that must stay apart from its equals. */
  #truths(): void {
    const x = this.#pickRank(1);
    const any = b.reduceKeep(this.#random() < 0.5 ? "max" : "min", b.lt(x, 0.25), this.#axes(x));
    this.#add(b.select(any, bindOne("barrier", [b.tanh(x)], {}), b.tanh(x)));
  }

  /** What follows a batched product walks its axes in another order. */
  #permutedProduct(): void {
    const x = this.reshapedTo(this.pick(), [2, 3, 2, 4]);
    const y = this.reshapedTo(this.pick(), [2, 3, 4, 2]);
    const z = b.transpose(b.dot(x, y), this.#random() < 0.5 ? [0, 2, 1, 3] : [2, 0, 1, 3]);
    const shifted = this.#random() < 0.5 ? b.add(z, this.reshapedTo(this.pick(), [z.shape[3] as number])) : z;
    this.#add(this.#random() < 0.5 ? b.reshape(b.tanh(shifted), [4, 6]) : b.tanh(shifted));
  }
}
