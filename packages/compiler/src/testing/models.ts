/** Training steps as the engine traces them, built of primitives. */
import { type Aval, type Graph, type Value, build as b, vjpOf, withScope } from "@neurite/core";
import { aval, convParams, float32, programGraph } from "./graphs.ts";

/** x · w + bias, in a scope of its own. */
function dense(name: string, x: Value, weights: Value, bias: Value): Value {
  return withScope(name, () => b.add(b.dot(x, weights), bias));
}

/** max(0, x). */
const relu = (x: Value): Value => b.maximum(0, x);

/** Mean over the batch of -log softmax(logits)[label]. */
function crossEntropy(logits: Value, labels: Value): Value {
  const [batch, classes] = logits.shape as [number, number];
  const shift = b.stopGradient(b.reduceKeep("max", logits, [1]));
  const shifted = b.sub(logits, shift);
  const logProbabilities = b.sub(shifted, b.log(b.reduceKeep("sum", b.exp(shifted), [1])));
  const chosen = b.eq(b.reshape(labels, [batch, 1]), b.iota([batch, classes], 1));
  const losses = b.neg(b.sum(b.select(chosen, logProbabilities, 0), [1]));
  return b.div(b.sum(losses, [0]), batch);
}

/** Gives the new parameter and the new slots. */
export type Optimizer = (parameter: Value, gradient: Value, slots: readonly Value[], learningRate: Value) => readonly Value[];

export const sgd: Optimizer = (parameter, gradient, _, learningRate) => [b.sub(parameter, b.mul(learningRate, gradient))];

/** Kingma and Ba 2014; the third slot is the step. */
export const adam: Optimizer = (parameter, gradient, [m, v, step], learningRate) => {
  const next = b.add(step as Value, 1);
  const count = b.cast(next, "float32");
  const first = b.add(b.mul(m as Value, 0.9), b.mul(gradient, 0.1));
  const second = b.add(b.mul(v as Value, 0.999), b.mul(b.mul(gradient, gradient), 0.001));
  const power = (base: number): Value => b.sub(1, b.pow(b.constant(base, "float32"), count));
  const rate = b.div(b.mul(learningRate, b.sqrt(power(0.999))), power(0.9));
  return [b.sub(parameter, b.div(b.mul(rate, first), b.add(b.sqrt(second), 1e-7))), first, second];
};

/** A training step of dense layers with relu between them: inputs x and labels, output the loss, everything else state. */
export function mlpStep(sizes: readonly number[], batch: number, optimizer: Optimizer, slots: number): Graph {
  const parameters: Aval[] = sizes.slice(1).flatMap((size, i) => [float32(sizes[i] as number, size), float32(size)]);
  const states = [...parameters, ...Array.from({ length: slots }, () => parameters).flat(), aval("int32")];
  return programGraph({
    inputs: [float32(batch, sizes[0] as number), aval("int32", batch)],
    states,
    scalars: [float32()],
    build([x, labels], values, [learningRate]) {
      const weights = values.slice(0, parameters.length);
      const step = values[values.length - 1] as Value;
      const { outputs, pull } = vjpOf((variables) => {
        let hidden = x as Value;
        for (let i = 0; i < variables.length; i += 2) {
          hidden = dense(`dense_${i / 2}`, hidden, variables[i] as Value, variables[i + 1] as Value);
          if (i + 2 < variables.length) hidden = relu(hidden);
        }
        return [withScope("loss", () => crossEntropy(hidden, labels as Value))];
      }, weights);
      const gradients = pull([b.constant(1, "float32")]);
      const updates: Record<number, Value> = {};
      withScope("optimizer", () => {
        weights.forEach((weight, i) => {
          const own = Array.from({ length: slots }, (_, slot) => values[(slot + 1) * parameters.length + i] as Value);
          const results = optimizer(weight, gradients[i] as Value, [...own, step], learningRate as Value);
          results.forEach((result, slot) => (updates[slot * parameters.length + i] = result));
        });
        updates[states.length - 1] = b.add(step, 1);
      });
      return { outputs, updates };
    },
  });
}

/** Adam on one parameter whose gradient is an input. */
export function adamUpdate(): Graph {
  return programGraph({
    inputs: [float32(128, 64)],
    states: [float32(128, 64), float32(128, 64), float32(128, 64), aval("int32")],
    scalars: [float32()],
    build([gradient], [parameter, m, v, step], [learningRate]) {
      const [next, first, second] = adam(parameter as Value, gradient as Value, [m, v, step] as Value[], learningRate as Value);
      return { updates: { 0: next as Value, 1: first as Value, 2: second as Value, 3: b.add(step as Value, 1) } };
    },
  });
}

/** Batch normalization in training: output, and moving averages of mean and variance as states. */
export function batchNorm(): Graph {
  const [n, h, w, c] = [8, 6, 6, 16] as const;
  return programGraph({
    inputs: [float32(n, h, w, c), float32(c), float32(c)],
    states: [float32(c), float32(c)],
    build([x, gamma, beta], [movingMean, movingVariance]) {
      const axes = [0, 1, 2];
      const count = n * h * w;
      const mean = b.div(b.reduceKeep("sum", x as Value, axes), count);
      const square = b.div(b.reduceKeep("sum", b.mul(x as Value, x as Value), axes), count);
      const variance = b.sub(square, b.mul(mean, mean));
      const scale = b.mul(b.rsqrt(b.add(variance, 1e-3)), gamma as Value);
      const y = b.add(b.mul(b.sub(x as Value, mean), scale), beta as Value);
      const moving = (old: Value, now: Value): Value => b.add(b.mul(old, 0.99), b.mul(b.reshape(now, [c]), 0.01));
      return { outputs: [y], updates: { 0: moving(movingMean as Value, mean), 1: moving(movingVariance as Value, variance) } };
    },
  });
}

/** Convolution [N, H, W, C], bias, relu, 2 × 2 max pooling. */
export function convBlock(): Graph {
  return programGraph({
    inputs: [float32(4, 12, 12, 3), float32(3, 3, 3, 8), float32(8)],
    build([x, filter, bias]) {
      const product = b.conv(b.reshape(x as Value, [1, 4, 12, 12, 3]), b.reshape(filter as Value, [1, 3, 3, 3, 8]), convParams(1));
      const y = relu(b.add(b.reshape(product, [4, 12, 12, 8]), bias as Value));
      const pooled = b.reduceWindow("max", y, {
        window: [1, 2, 2, 1],
        strides: [1, 2, 2, 1],
        padding: [
          [0, 0],
          [0, 0],
          [0, 0],
          [0, 0],
        ],
        dilation: [1, 1, 1, 1],
      });
      return { outputs: [pooled] };
    },
  });
}

/** softmax(x) along the last axis. */
export function softmax(x: Value): Value {
  const exponentials = b.exp(b.sub(x, b.reduceKeep("max", x, [x.shape.length - 1])));
  return b.div(exponentials, b.reduceKeep("sum", exponentials, [x.shape.length - 1]));
}

/** Multi-head self-attention over [batch, time, features], projections included. */
export function attention(): Graph {
  const [batch, time, heads, size] = [2, 16, 4, 8] as const;
  const features = heads * size;
  return programGraph({
    inputs: [float32(batch, time, features), ...Array.from({ length: 4 }, () => float32(features, features)), float32(features)],
    build([x, query, key, value, output, bias]) {
      const project = (w: Value, from: Value): Value =>
        b.reshape(b.dot(b.reshape(from, [batch * time, features]), w), [batch, time, features]);
      const split = (w: Value): Value =>
        b.transpose(b.reshape(b.add(project(w, x as Value), bias as Value), [batch, time, heads, size]), [0, 2, 1, 3]);
      const scores = b.mul(b.dot(split(query as Value), b.matrixTranspose(split(key as Value))), size ** -0.5);
      const mixed = b.dot(softmax(scores), split(value as Value));
      const joined = b.reshape(b.transpose(mixed, [0, 2, 1, 3]), [batch, time, features]);
      return { outputs: [b.add(project(output as Value, joined), x as Value)] };
    },
  });
}

/** A training step of two convolutions with relu and max pooling, then a dense layer: inputs x [N, 16, 16, 3] and labels. */
export function cnnStep(batch: number): Graph {
  const parameters = [float32(3, 3, 3, 8), float32(8), float32(3, 3, 8, 16), float32(16), float32(4 * 4 * 16, 10), float32(10)];
  const conv = (x: Value, filter: Value, bias: Value): Value => {
    const [n, h, w, c] = x.shape as [number, number, number, number];
    const product = b.conv(b.reshape(x, [1, n, h, w, c]), b.reshape(filter, [1, ...filter.shape]), convParams(1));
    return relu(b.add(b.reshape(product, [n, h, w, bias.shape[0] as number]), bias));
  };
  const pool = (x: Value): Value => {
    const none: readonly [number, number] = [0, 0];
    return b.reduceWindow("max", x, {
      window: [1, 2, 2, 1],
      strides: [1, 2, 2, 1],
      padding: [none, none, none, none],
      dilation: [1, 1, 1, 1],
    });
  };
  return programGraph({
    inputs: [float32(batch, 16, 16, 3), aval("int32", batch)],
    states: parameters,
    scalars: [float32()],
    build([x, labels], weights, [learningRate]) {
      const { outputs, pull } = vjpOf(([f1, b1, f2, b2, w, bias]) => {
        const first = withScope("conv_1", () => pool(conv(x as Value, f1 as Value, b1 as Value)));
        const second = withScope("conv_2", () => pool(conv(first, f2 as Value, b2 as Value)));
        const logits = dense("dense", b.reshape(second, [batch, 4 * 4 * 16]), w as Value, bias as Value);
        return [withScope("loss", () => crossEntropy(logits, labels as Value))];
      }, weights);
      const gradients = pull([b.constant(1, "float32")]);
      const updates: Record<number, Value> = {};
      weights.forEach((weight, i) => (updates[i] = sgd(weight, gradients[i] as Value, [], learningRate as Value)[0] as Value));
      return { outputs, updates };
    },
  });
}
