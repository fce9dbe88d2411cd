import { reference } from "@neurite/backend-reference";
import { compile, serializeKerasObject, setDefaultDevice, type Tensor, tensor, Variable } from "@neurite/core";
import { beforeAll, expect, it } from "vitest";
import { ScheduleFreeAdamW } from "./index.ts";

beforeAll(() => setDefaultDevice(reference()));

/** The paper's algorithm 1 as it stands there, with z, x and y kept apart. */
function paper(start: number, gradients: readonly number[], rate: number, warmup: number, decay: number): number[] {
  const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8];
  let [z, x, y, v] = [start, start, start, 0];
  return gradients.map((g, i) => {
    const t = i + 1;
    const gamma = rate * (warmup > 0 ? Math.min(t / warmup, 1) : 1);
    // Weights are decayed where Keras decays them: at y, before the update, which shifts the average that is read back from it.
    const shifted = y - y * decay * rate;
    x = (shifted - (1 - beta1) * z) / beta1;
    v = beta2 * v + (1 - beta2) * g * g;
    z -= (gamma * g) / (Math.sqrt(v / (1 - beta2 ** t)) + epsilon);
    x = (1 - 1 / t) * x + (1 / t) * z;
    y = (1 - beta1) * z + beta1 * x;
    return y;
  });
}

const gradients = [0.5, -0.3, 0.8, 0.1, -0.2];
for (const [warmupSteps, weightDecay] of [
  [0, 0],
  [3, 0],
  [2, 0.1],
] as const) {
  it(`five steps are those of the paper, warm-up ${warmupSteps}, decay ${weightDecay}, in a compiled step`, async () => {
    const weight = new Variable([1, 2]);
    const optimizer = new ScheduleFreeAdamW({ learningRate: 0.05, warmupSteps, weightDecay });
    optimizer.build([weight]);
    const step = compile((gradient: Tensor) => optimizer.apply([gradient]));
    const expected = [1, 2].map((start) => paper(start, gradients, 0.05, warmupSteps, weightDecay));
    for (const [i, gradient] of gradients.entries()) {
      step(tensor([gradient, gradient]));
      const got = (await weight.array()) as number[];
      got.forEach((value, k) => expect(value).toBeCloseTo(expected[k]![i]!, 5));
    }
  });
}

it("is written with Keras's keys", () => {
  const { config } = serializeKerasObject(new ScheduleFreeAdamW({ learningRate: 0.5, warmupSteps: 10 })) as { config: object };
  expect(config).toMatchObject({ learning_rate: 0.5, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-8, warmup_steps: 10, weight_decay: null });
});
