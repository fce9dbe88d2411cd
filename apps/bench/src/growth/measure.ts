import { setTimeout as sleep } from "node:timers/promises";
import { cpu } from "@neurite/backend-cpu";
import { Sequential, tensor, withDevice } from "neurite";
import { Dense } from "neurite/layers";
import { noise } from "../data.ts";
import { median } from "../measure.ts";
import { classes, features, parameters, type Size } from "./sizes.ts";

export interface Growth {
  readonly size: Size;
  /** Milliseconds of a step: the best of many stretches, as growth and not the machine is the question. */
  readonly step: number;
  /** Milliseconds of tracing and compiling: the first step without what a step takes, the least of a few models. */
  readonly compile: number;
  /** MiB that the planner reserves for what lies between inputs, weights and results. */
  readonly arena: number;
  /** MiB of weights and the optimizer's state. */
  readonly state: number;
}

/** The same size on one thread and on several. */
export interface Pair {
  readonly one: Growth;
  readonly several: Growth;
  /** Time on several over time on one: the median of stretches that follow each other, which what the machine does meanwhile hits alike. */
  readonly ratio: number;
}

/** Measures one size, in turns on one thread and on several, so that a busy moment of the machine hits both. */
export async function measurePair(size: Size, threads: number): Promise<Pair> {
  const both = [await train(size, threads), await train(size, 1)] as const;
  const best = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const ratios: number[] = [];
  // Short and many, so that some fall between what others do.
  for (let stretch = 0; stretch < (both[0].calls > 1 ? 60 : 15); stretch++) {
    const times: number[] = [];
    for (const [i, { step, calls }] of both.entries()) {
      await sleep(1);
      times.push(await milliseconds(calls, step));
      best[i] = Math.min(best[i] as number, times[i] as number);
    }
    ratios.push((times[0] as number) / (times[1] as number));
  }
  const [several, one] = await Promise.all(both.map((trained, i) => trained.finish(best[i] as number)));
  return { one: one as Growth, several: several as Growth, ratio: median(ratios) };
}

interface Trained {
  readonly step: () => Promise<void>;
  /** How many steps a stretch has. */
  readonly calls: number;
  /** Frees the engine. */
  readonly finish: (step: number) => Promise<Growth>;
}

/** Models of a size on an engine of their own; the last can be trained on. */
async function train(size: Size, threads: number): Promise<Trained> {
  const device = cpu({ threads });
  const x = withDevice(device, () => tensor(noise(size.batch * features), { shape: [size.batch, features] }));
  const y = withDevice(device, () => tensor(Int32Array.from({ length: size.batch }, (_, i) => i % classes)));
  const firsts: number[] = [];
  for (;;) {
    const model = withDevice(device, () => build(size));
    await Promise.all([...model.weights, ...model.optimizer.variables].map((variable) => variable.data()));
    const step = async (): Promise<void> => void (await model.trainOnBatch(x, y));
    firsts.push(await milliseconds(1, step));
    // Large models make their weights for longer than all the rest takes.
    if (firsts.length < 5 && parameters(size) < 2e7) continue;
    const calls = Math.max(1, Math.min(2000, Math.round(5 / (await milliseconds(3, step)))));
    const finish = async (best: number): Promise<Growth> => {
      const { weights, optimizer, planned } = withDevice(device, () => model.memory({ batchSize: size.batch }));
      await device.sync();
      device.dispose();
      const mebibytes = (bytes: number): number => bytes / 2 ** 20;
      const compile = Math.max(0, Math.min(...firsts) - best);
      return { size, step: best, compile, arena: mebibytes(planned.training ?? 0), state: mebibytes(weights + optimizer) };
    };
    return { step, calls, finish };
  }
}

function build({ width, depth }: Size): Sequential {
  // Values keep their scale through all layers: those that vanish would be denormal numbers, which are slow.
  const hidden = { activation: "relu", kernelInitializer: "he_normal" } as const;
  const model = new Sequential([new Dense(width, { ...hidden, inputShape: [features] })]);
  for (let i = 1; i < depth; i++) model.add(new Dense(width, hidden));
  model.add(new Dense(classes, { activation: "softmax" }));
  model.compile({ loss: "sparse_categorical_crossentropy", optimizer: "adam" });
  // Its state is part of the model, not of tracing.
  model.optimizer.build(model.trainableVariables);
  return model;
}

/** Milliseconds of one of `calls` calls. */
async function milliseconds(calls: number, call: () => Promise<void>): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < calls; i++) await call();
  return (performance.now() - start) / calls;
}
