/** One turn of a row: a number in the row's unit, of which less is better. */
export type Turn = () => Promise<number>;

/** One thing that is measured, a row of the table of results. */
export interface Row {
  readonly unit: "us" | "ms" | "s" | "MiB";
  /** Floating-point operations of what the number is the time of. */
  readonly flops?: number;
  /** Whether one turn says it all, as for memory. */
  readonly once?: true;
  /** Makes everything ready, warm, and gives the turns. Rows are prepared in their order, each when its turns begin. */
  readonly prepare: () => Promise<Turn>;
}

/** One of the works that frameworks are compared by. */
export interface Work {
  readonly title: string;
  readonly rows: Readonly<Record<string, Row>>;
}

/** How many of a unit are a second; 1 for memory, which is no time. */
export const perSecond: Readonly<Record<Row["unit"], number>> = { us: 1e6, ms: 1e3, s: 1, MiB: 1 };

/** A turn that calls `body`, which does `calls` of what is measured, and gives the mean time of one. `body` has been called once before. */
export async function timed(unit: Row["unit"], calls: number, body: () => unknown): Promise<Turn> {
  await body();
  return async () => {
    const start = performance.now();
    await body();
    return (((performance.now() - start) / 1e3) * perSecond[unit]) / calls;
  };
}

/** A turn that repeats `call` for about a fifth of a second: for what is too short to be timed alone. */
export async function repeated(unit: Row["unit"], call: () => unknown): Promise<Turn> {
  const repeat = async (times: number): Promise<void> => {
    for (let i = 0; i < times; i++) {
      const result = call();
      // Awaiting what is no promise would add a trip through the queue of microtasks to each call.
      if (result instanceof Promise) await result;
    }
  };
  let calls = 1;
  for (let seconds = 0; ; calls = Math.ceil(calls * Math.min(10, 0.25 / Math.max(seconds, 1e-9)))) {
    const start = performance.now();
    await repeat(calls);
    seconds = (performance.now() - start) / 1e3;
    if (seconds > 0.15) break;
  }
  return await timed(unit, calls, () => repeat(calls));
}
