/** Random programs of branches and loops in each other, with states, for tests of the kind "compiled = node by node". */
import { type Graph, type Value, bind, build as b, traceGraph } from "@neurite/core";
import { programGraph, randomNumbers } from "./graphs.ts";

const size = 3;
const vector = { dtype: "float32", shape: [size] } as const;
const square = { dtype: "float32", shape: [size, size] } as const;

/** Values that a program may use, by what they are. */
interface Pool {
  readonly vectors: readonly Value[];
  readonly squares: readonly Value[];
}

/** A program with control flow up to `depth` deep. Inputs: [3], [3], [3,3], [4,3], int32[]; states: [3], [3,3]; one scalar. */
export function randomControl(seed: number, depth: number): Graph {
  const random = randomNumbers(seed);
  return programGraph({
    inputs: [vector, vector, square, { dtype: "float32", shape: [4, size] }, { dtype: "int32", shape: [] }],
    states: [vector, square],
    scalars: [{ dtype: "float32", shape: [] }],
    build([x, y, w, rows, count], [first, second], [scale]) {
      const maker = new Maker(random, count as Value, rows as Value);
      const scaled = b.mul(y as Value, b.broadcast(scale as Value, [size]));
      const pool = { vectors: [x as Value, y as Value, scaled, first as Value], squares: [w as Value, second as Value] };
      const results = [0, 1, 2].map(() => maker.vector(pool, depth));
      const updates: Record<number, Value> = { 0: maker.vector({ ...pool, vectors: [...pool.vectors, ...results] }, depth) };
      if (random() < 0.5) updates[1] = b.add(second as Value, maker.square(pool, depth));
      return { outputs: results, updates };
    },
  });
}

class Maker {
  readonly #random: () => number;
  readonly #count: Value;
  readonly #rows: Value;

  constructor(random: () => number, count: Value, rows: Value) {
    this.#random = random;
    this.#count = count;
    this.#rows = rows;
  }

  vector(pool: Pool, depth: number): Value {
    return this.#any(pool, depth);
  }

  square(pool: Pool, depth: number): Value {
    const w = this.#pick(pool.squares);
    return b.mul(b.add(w, b.broadcast(this.vector(pool, depth - 1), [size, size])), 0.5);
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#below(list.length)] as T;
  }

  #any(pool: Pool, depth: number): Value {
    if (depth > 0 && this.#random() < 0.8) {
      return [() => this.#scan(pool, depth - 1), () => this.#while(pool, depth - 1), () => this.#cond(pool, depth - 1)][this.#below(3)]!();
    }
    return this.#plain(pool);
  }

  /** A few operations without control flow. */
  #plain(pool: Pool): Value {
    let x = this.#pick(pool.vectors);
    for (let i = 1 + this.#below(3); i > 0; i--) {
      const y = this.#pick(pool.vectors);
      switch (this.#below(5)) {
        case 0:
          x = b.tanh(b.add(x, y));
          break;
        case 1:
          x = b.tanh(b.reshape(b.dot(b.reshape(x, [1, size]), this.#pick(pool.squares)), [size]));
          break;
        case 2:
          x = b.sin(b.add(x, b.broadcast(b.sum(y, [0]), [size])));
          break;
        case 3:
          x = b.mul(b.flip(x, [0]), 0.7);
          break;
        default:
          x = b.add(b.mul(x, 0.5), b.mul(this.#random() < 0.5 ? b.exp(b.neg(b.mul(y, y))) : y, 0.5));
      }
    }
    return x;
  }

  /** The graph of `fn`, and the values around it that it uses. */
  #trace(avals: readonly { readonly dtype: Value["dtype"]; readonly shape: readonly number[] }[], fn: (xs: readonly Value[]) => Value[]) {
    return traceGraph(avals, fn);
  }

  #with(pool: Pool, ...vectors: readonly Value[]): Pool {
    // What is new is used more often.
    return { vectors: [...pool.vectors, ...vectors, ...vectors], squares: pool.squares };
  }

  #scan(pool: Pool, depth: number): Value {
    const length = this.#pick([1, 2, 3, 4]);
    const carried = 1 + this.#below(3);
    const xs = this.#random() < 0.7 ? [this.#rowsOf(pool, length)] : [];
    const initial = Array.from({ length: carried }, () => this.#pick(pool.vectors));
    const { graph, captures } = this.#trace([...initial, ...xs.map(() => vector)], (values) => {
      const inner = this.#with(pool, ...values);
      const next = initial.map((_, i) =>
        this.#random() < 0.2 ? (values[this.#below(carried)] as Value) : this.#any(inner, i === 0 ? depth : 0),
      );
      const emitted = [this.#plain(inner), this.#random() < 0.5 ? (next[0] as Value) : (values[0] as Value)];
      return [...next, ...emitted];
    });
    const results = bind("scan", [...initial, ...xs, ...captures], {
      body: graph,
      carry: carried,
      xs: xs.length,
      length,
      reverse: this.#random() < 0.4,
    });
    const stacked = b.sum(results[carried + this.#below(2)] as Value, [0]);
    return this.#random() < 0.5
      ? b.add(results[this.#below(carried)] as Value, b.mul(stacked, 0.25))
      : (results[this.#below(carried)] as Value);
  }

  /** [length, 3]: part of an input, turned, or computed. */
  #rowsOf(pool: Pool, length: number): Value {
    const rows = b.slice(this.#rows, [0, 0], [length, size]);
    switch (this.#below(4)) {
      case 0:
        return b.flip(rows, [0]);
      case 1:
        return b.transpose(b.broadcast(this.#pick(pool.vectors), [size, size]), [1, 0]).shape[0] === length
          ? b.transpose(b.broadcast(this.#pick(pool.vectors), [size, size]), [1, 0])
          : rows;
      case 2:
        return b.sin(rows);
      default:
        return rows;
    }
  }

  #while(pool: Pool, depth: number): Value {
    const start = b.constant(this.#below(2), "int32");
    const initial = [start, this.#pick(pool.vectors), this.#pick(pool.vectors)];
    const end = this.#random() < 0.5 ? this.#count : b.constant(this.#below(5), "int32");
    const avals = initial.map(({ dtype, shape }) => ({ dtype, shape }));
    const test = this.#trace(avals, ([n, x]) => [
      b.and(b.lt(n as Value, end), b.lt(b.reshape(b.slice(x as Value, [0], [1]), []), b.constant(2.5, "float32"))),
    ]);
    const body = this.#trace(avals, ([n, x, y]) => {
      const inner = this.#with(pool, x as Value, y as Value);
      const next = this.#any(inner, depth);
      return this.#random() < 0.3 ? [b.add(n as Value, 1), y as Value, next] : [b.add(n as Value, 1), next, this.#plain(inner)];
    });
    const captures = [...new Set([...test.captures, ...body.captures])];
    const results = bind("while", [...initial, ...captures], {
      test: withCaptures(test, initial.length, captures),
      body: withCaptures(body, initial.length, captures),
      carry: 3,
      maxIterations: this.#random() < 0.5 ? null : this.#below(4),
    });
    return results[1 + this.#below(2)] as Value;
  }

  #cond(pool: Pool, depth: number): Value {
    const x = this.#pick(pool.vectors);
    const predicate = b.lt(b.sum(x, [0]), b.constant(this.#random() - 0.5, "float32"));
    const branch = (): ReturnType<typeof traceGraph> =>
      this.#trace([], () => (this.#random() < 0.2 ? [this.#pick(pool.vectors), x] : [this.#any(pool, depth), this.#plain(pool)]));
    const [then, otherwise] = [branch(), branch()];
    const captures = [...new Set([...then.captures, ...otherwise.captures])];
    const results = bind("cond", [predicate, ...captures], {
      then: withCaptures(then, 0, captures),
      otherwise: withCaptures(otherwise, 0, captures),
    });
    return this.#random() < 0.5 ? (results[0] as Value) : b.add(results[0] as Value, results[1] as Value);
  }
}

/** The graph with all `captures` as its last inputs, those it does not use too. */
function withCaptures({ graph, captures: own }: ReturnType<typeof traceGraph>, count: number, captures: readonly Value[]): Graph {
  const avals = [...graph.inputs.slice(0, count), ...captures].map(({ dtype, shape }) => ({ dtype, shape }));
  return traceGraph(avals, (xs) =>
    b.inline(graph, [...xs.slice(0, count), ...own.map((value) => xs[count + captures.indexOf(value)] as Value)]),
  ).graph;
}
