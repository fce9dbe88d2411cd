/** Training steps as the engine traces them, built of primitives. */
import { type Aval, type Graph, type Value, build as b, vjpOf, withScope } from "@neurite/core";
import { aval, float32, programGraph } from "./graphs.ts";

/** x · w + bias, in a scope of its own. */
export function dense(name: string, x: Value, weights: Value, bias: Value): Value {
  return withScope(name, () => b.add(b.dot(x, weights), bias));
}

/** max(0, x). */
export const relu = (x: Value): Value => b.maximum(0, x);

/** Mean over the batch of -log softmax(logits)[label]. */
export function crossEntropy(logits: Value, labels: Value): Value {
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
